// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/words.h"

namespace latchkey::peer {
namespace {

// Never changed: both screens must show the same. Another list is another version of the protocol.
constexpr std::string_view WORDS[256] = {
    "acorn",  "actor",    "agent",    "album",   "amber",    "angle",   "apple",    "april",   "arch",    "armor",
    "arrow",  "atlas",    "aunt",     "autumn",  "bacon",    "badge",   "bagel",    "baker",   "balcony", "bamboo",
    "banjo",  "barn",     "basil",    "beach",   "beetle",   "bench",   "bicycle",  "birch",   "bison",   "blanket",
    "boat",   "bonus",    "boot",     "bottle",  "box",      "branch",  "bridge",   "broom",   "bucket",  "buffalo",
    "bundle", "bus",      "butter",   "cabin",   "cactus",   "camel",   "canal",    "carpet",  "castle",  "cave",
    "cedar",  "chalk",    "cherry",   "circle",  "city",     "clock",   "coast",    "cobra",   "coffee",  "comet",
    "copper", "coral",    "cotton",   "cradle",  "crystal",  "cup",     "curtain",  "cycle",   "daisy",   "dance",
    "denim",  "desert",   "diamond",  "dinner",  "doctor",   "dolphin", "donkey",   "dragon",  "drum",    "duck",
    "eagle",  "east",     "echo",     "elbow",   "elephant", "engine",  "envelope", "event",   "exit",    "fabric",
    "falcon", "farm",     "feather",  "fence",   "fiddle",   "field",   "finger",   "fish",    "flag",    "flute",
    "forest", "fossil",   "fountain", "fox",     "friend",   "frost",   "garden",   "gate",    "gentle",  "giant",
    "ginger", "glass",    "globe",    "goat",    "gold",     "grape",   "green",    "guitar",  "gym",     "hammer",
    "harbor", "hazel",    "helmet",   "hero",    "hill",     "hockey",  "honey",    "horse",   "hotel",   "humor",
    "husky",  "ice",      "igloo",    "index",   "ink",      "iron",    "island",   "ivory",   "jacket",  "jaguar",
    "jelly",  "jewel",    "jigsaw",   "jungle",  "kayak",    "kettle",  "kitchen",  "kiwi",    "ladder",  "lagoon",
    "lamp",   "laptop",   "lemon",    "letter",  "library",  "lily",    "lion",     "lobster", "locket",  "lotus",
    "lucky",  "lunch",    "magnet",   "mango",   "maple",    "market",  "meadow",   "melon",   "metal",   "midnight",
    "milk",   "mirror",   "mobile",   "monkey",  "morning",  "motor",   "museum",   "napkin",  "navy",    "needle",
    "nephew", "nickel",   "noodle",   "north",   "nugget",   "oasis",   "ocean",    "office",  "olive",   "onion",
    "opera",  "orange",   "oven",     "owl",     "oxygen",   "paint",   "palace",   "panda",   "parrot",  "pasta",
    "peach",  "pencil",   "pepper",   "piano",   "picnic",   "pillow",  "pirate",   "planet",  "pocket",  "pony",
    "potato", "prince",   "public",   "pumpkin", "puzzle",   "queen",   "quiz",     "rabbit",  "radio",   "rain",
    "ranch",  "raven",    "ribbon",   "river",   "robin",    "rocket",  "rose",     "ruby",    "saddle",  "salad",
    "sandal", "satin",    "school",   "season",  "shadow",   "silver",  "singer",   "sketch",  "smoke",   "snow",
    "soccer", "spider",   "stone",    "sugar",   "table",    "temple",  "thunder",  "tiger",   "tomato",  "tractor",
    "tulip",  "umbrella", "valley",   "velvet",  "violin",   "volcano"};

}  // namespace

std::vector<std::string> wordsOf(std::string_view bytes) {
  std::vector<std::string> all;
  for (unsigned char byte : bytes) all.emplace_back(WORDS[byte]);
  return all;
}

}  // namespace latchkey::peer
