/**
 * The six published orders of the text continual-learning benchmark.
 *
 * @module
 */

/** Dataset names in the order in which they are learned; orders 1 to 3 have 4 tasks, orders 4 to 6 have 15. */
export const TASK_ORDERS: Readonly<Record<1 | 2 | 3 | 4 | 5 | 6, readonly string[]>> = {
  1: list("dbpedia amazon yahoo agnews"),
  2: list("dbpedia amazon agnews yahoo"),
  3: list("yahoo amazon agnews dbpedia"),
  4: list(
    "MNLI CB WiC COPA QQP BoolQA RTE IMDB yelp amazon SST-2 dbpedia agnews MultiRC yahoo",
  ),
  5: list(
    "MultiRC BoolQA WiC MNLI CB COPA QQP RTE IMDB SST-2 dbpedia agnews yelp amazon yahoo",
  ),
  6: list(
    "yelp amazon MNLI CB COPA QQP RTE IMDB SST-2 dbpedia agnews yahoo MultiRC BoolQA WiC",
  ),
};

function list(names: string): string[] {
  return names.split(" ");
}
