# Part of ./gorp: on Linux, makes sure that WebGPU will find a device: a GPU's Vulkan driver, or else Mesa's
# software one. It looks at files only, so that it costs nothing at every start.
# shellcheck shell=sh disable=SC2154  # variables and functions of ./gorp are used here

has_vulkan_loader() {
  old_ifs=$IFS
  IFS=:
  # shellcheck disable=SC2086  # a list of folders between colons
  set -- ${LD_LIBRARY_PATH-} /usr/lib /usr/lib64 /usr/local/lib /lib /usr/lib/*-linux-gnu*
  IFS=$old_ifs
  for place in "$@"; do
    if [ -e "$place/libvulkan.so.1" ]; then return 0; fi
  done
  return 1
}

has_gpu() {
  for file in /dev/dri/renderD* /dev/nvidia0 /dev/dxg; do
    if [ -e "$file" ]; then return 0; fi
  done
  return 1
}

# Does the driver described by file $1 find a device here? A software driver does, any other needs a GPU.
serves() {
  [ -r "$1" ] || return 1
  case ${1##*/} in
    *i386* | *i686*) return 1 ;;
    *lvp* | *lavapipe* | *swiftshader*) return 0 ;;
    *) has_gpu ;;
  esac
}

# The files that describe drivers, in the places where the Vulkan loader looks.
has_vulkan_driver() {
  drivers=${VK_DRIVER_FILES-${VK_ICD_FILENAMES-}}
  data=${XDG_DATA_HOME-${HOME-}/.local/share}
  old_ifs=$IFS
  IFS=:
  if [ -n "$drivers" ]; then
    # shellcheck disable=SC2086  # a list of files between colons
    set -- $drivers
  else
    places="$data:/etc:${XDG_CONFIG_DIRS-}:/usr/local/share:/usr/share:${XDG_DATA_DIRS-}"
    set --
    for place in $places; do
      set -- "$@" "$place"/vulkan/icd.d/*.json
    done
  fi
  IFS=$old_ifs
  for file in "$@"; do
    if serves "$file"; then return 0; fi
  done
  return 1
}

# The command that installs the software driver here.
driver_command() {
  if has apt-get; then
    echo "apt-get install -y --no-install-recommends mesa-vulkan-drivers libvulkan1"
  elif has dnf; then
    echo "dnf install -y mesa-vulkan-drivers vulkan-loader"
  elif has pacman; then
    echo "pacman -S vulkan-swrast vulkan-icd-loader"
  elif has zypper; then
    echo "zypper install libvulkan_lvp libvulkan1"
  else
    echo "(the packages of this system that hold Mesa's lavapipe and the Vulkan loader)"
  fi
}

install_driver() {
  if has_adapter; then return 0; fi
  if [ "$(id -u)" != 0 ] || ! has apt-get; then
    as_root="as root:"
    if has sudo; then as_root="sudo"; fi
    say "no Vulkan driver here, so WebGPU finds no device; to install a software one: $as_root $(driver_command)"
    return 0
  fi
  say "no GPU driver here: installing the software Vulkan driver with apt (about 60 MB to fetch)"
  # shellcheck disable=SC2046  # the command is meant to be split into words
  set -- env DEBIAN_FRONTEND=noninteractive $(driver_command)
  "$@" >>"$log" 2>&1 || { apt-get update && "$@"; } >>"$log" 2>&1 ||
    say "apt could not install it (the reason is at the end of .cache/setup.log): what computes will not run"
}

has_adapter() {
  if [ "$(uname)" != Linux ]; then return 0; fi
  has_vulkan_loader && has_vulkan_driver
}
