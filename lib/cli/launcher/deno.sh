# Part of ./gorp: sets deno to a Deno that is recent enough, installing one into .cache when there is none.
# shellcheck shell=sh disable=SC2154  # variables and functions of ./gorp are used here

oldest_deno=2.9   # an older one on PATH is passed over
new_deno=2.9.6    # what is installed: this version or a later patch of it
no_deno="Deno $oldest_deno or later is needed"

# Does the binary $1 run here, and is it recent enough? Sets version.
is_recent() {
  version=$("$1" --version 2>/dev/null) || version=
  version=${version#deno }
  version=${version%%[!0-9.]*}
  case $version in [0-9]*.[0-9]*) ;; *) return 1 ;; esac
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  [ "$major" -gt "${oldest_deno%.*}" ] ||
    { [ "$major" -eq "${oldest_deno%.*}" ] && [ "$minor" -ge "${oldest_deno#*.}" ]; }
}

# Puts the binary $1 in place by one rename, if it runs here.
adopt() {
  [ -f "$1" ] && chmod +x "$1" && is_recent "$1" && mkdir -p "$cache/bin" && mv -f "$1" "$own_deno"
}

announce() { say "installing Deno ${new_deno%.*} with $1 into .cache (about 50 MB to fetch)"; }

# npm's package only links to a binary that lies in an optional package for the platform, and makes the link
# in an install script, which npm may refuse to run: so the binary is taken from where it lies.
deno_from_npm() {
  announce npm
  TMPDIR=$work npm install --prefix "$work" --cache "$work/npm" --no-save --no-package-lock --no-bin-links \
    --ignore-scripts --include=optional --no-audit --no-fund --no-update-notifier --fetch-retries=1 \
    --loglevel=error "deno@~$new_deno" >>"$log" 2>&1 || return 1
  for binary in "$work"/node_modules/@deno/*/deno; do
    adopt "$binary" && return 0
  done
  return 1
}

# "$@" is the command that runs pip.
deno_from_pip() {
  announce pip
  TMPDIR=$work PIP_USER=0 PYTHONDONTWRITEBYTECODE=1 "$@" install --target "$work/pip" --no-cache-dir --no-compile \
    --no-input --retries 1 --disable-pip-version-check --quiet "deno~=$new_deno" >>"$log" 2>&1 &&
    adopt "$work/pip/bin/deno"
}

deno_from_installer() {
  announce "Deno's own installer"
  installer=https://deno.land/install.sh
  if has curl; then
    curl -fsSL --retry 1 -o "$work/install.sh" "$installer" >>"$log" 2>&1 || return 1
  else
    wget -q -O "$work/install.sh" "$installer" >>"$log" 2>&1 || return 1
  fi
  # CI=1: no questions, and no change to the shell's start files.
  CI=1 DENO_INSTALL="$work/deno" sh "$work/install.sh" "v$new_deno" >>"$log" 2>&1 &&
    adopt "$work/deno/bin/deno"
}

# What is here to fetch it with, in the order of trial.
ways_to_install() {
  if has npm; then echo npm; fi
  if has python3; then
    if python3 -m pip --version >/dev/null 2>&1; then
      echo pip
    elif python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
      echo venv
    fi
  fi
  if has curl || has wget; then
    if has unzip || has 7z; then echo installer; fi
  fi
}

install_deno() {
  ways=$(ways_to_install)
  if [ -z "$ways" ]; then
    example="npm with this system's package manager"
    if has apt-get; then example="apt-get install --no-install-recommends python3-pip"; fi
    if has brew; then example="brew install deno"; fi
    stop "$no_deno, and neither npm nor pip (nor curl with unzip) is here to fetch it: install one of them" \
      "(for example: $example) or Deno itself, then run ./gorp again"
  fi
  for way in $ways; do
    case $way in
      npm) deno_from_npm ;;
      pip) deno_from_pip python3 -m pip ;;
      venv) python3 -m venv "$work/venv" >>"$log" 2>&1 && deno_from_pip "$work/venv/bin/python" -m pip ;;
      installer) deno_from_installer ;;
    esac && return 0
  done
  # shellcheck disable=SC2086  # the ways become words of the sentence
  stop "$no_deno and could not be fetched with" $ways "(the reasons are at the end of .cache/setup.log):" \
    "connect to the network, or install Deno from https://deno.com, then run ./gorp again"
}

find_deno() {
  if [ -n "$on_path" ]; then
    deno=$on_path
    if is_recent "$deno"; then return 0; fi
    say "passing over $deno, version ${version:-unknown}: $no_deno"
  fi
  deno=$own_deno
  if [ -x "$deno" ] && is_recent "$deno"; then return 0; fi
  install_deno
}
