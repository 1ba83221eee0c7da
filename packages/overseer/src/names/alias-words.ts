/** First halves of aliases. Plain, short, and none that judges a worker. */
export const FIRST_WORDS: readonly string[] = words(`
  amber ample azure bold brass brave breezy bright brisk bronze calm civil clear clever
  cobalt copper coral cosy crimson crisp dawn deep deft early eager ember even fair fern fleet
  flint fond free fresh frosty gentle gilt glad golden grand green hardy hazel honest humble indigo
  ivory jade jolly keen kind lemon level light lilac lively lucid lunar lush maple marble mellow
  merry mild mint misty modest mossy neat nimble noble northern oaken olive open opal pale patient
  pearl plain polar prime proud quick quiet rapid ready regal rosy ruby rustic sandy scarlet
  serene sharp silent silver sleek smart smooth snowy solar solid spare spry stable steady still
  sunny tawny tidal tidy topaz true umber upper velvet vivid warm western wise young zesty`);

/** Second halves. */
export const SECOND_WORDS: readonly string[] = words(`
  acorn adder alder alpaca anchor anvil apple aspen aster auk badger barley basin bat beacon bear
  beaver bee beech beetle bison bluff bobcat brook buck burrow canyon carp cedar cliff clover cobra
  comet condor coot cove coyote crab crane creek cricket crow daisy deer delta dingo dove drake
  dune eagle eel egret elk elm ermine falcon fawn fennel ferret field finch fjord flame forest
  fox frog gannet garnet gecko geyser glade glen goose gopher grebe grove grouse gull harbor hare
  harrier hawk heath heron hill hornet horse ibex ibis iris island jackal jackdaw jay juniper kelp
  kestrel kite kiwi koala lagoon lake lantern larch lark laurel lemur lily linden linnet llama lotus
  lynx magpie mallard marlin marmot marsh marten meadow meteor mole moor moose moth mouse newt
  oak ocelot orbit orca oriole osprey otter owl oyster panda parrot peak pebble pelican perch
  petrel pike pine plover pond poplar prairie puffin quail quarry rabbit raccoon rapids raven
  reed reef ridge river robin rook rowan sable salmon sandpiper seal sedge shale shore shrew
  skylark snipe sparrow spruce squid stag starling stoat stone stork summit swallow swan swift
  tapir teal tern thicket thistle thrush tide tiger toad trout tulip tundra turtle valley viper
  vole walnut warbler weasel whale willow wolf wombat wren yak yew zebra`);

function words(text: string): readonly string[] {
  return [...new Set(text.trim().split(/\s+/u))];
}
