// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Where an app's settings and data belong in its private home: at the same place as in the person's, but for what an
// app kept as a Flatpak, whose folders have other names there.

#include <string>
#include <vector>

#include "launcher/data/survey.h"

namespace latchkey::data {

// One thing that is put in place as a whole.
struct Piece {
  std::string from = {};  // Below the person's home.
  std::string to = {};    // Below the private home.
};

struct Pieces {
  std::vector<Piece> list = {};
  std::vector<LeftOut> leftOut = {};  // What nobody misses, such as caches, and what cannot be one.
};

// `relative`: below `home`, without "." and "..". Throws with one line for what is too much to be one app's: the home
// itself, all settings, all data.
Pieces piecesOf(const std::string& home, const std::string& relative);

// The profile's folder, as the broker calls it (Holder::directory). Throws with one line for names so long that
// they are cut there.
std::string profileFolder(const std::string& latchkeyData, const std::string& app, const std::string& profile);

}  // namespace latchkey::data
