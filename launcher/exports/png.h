// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A picture as a file again, for programs of the desktop that know nothing but files.
//
// Written by us from pixels, so that no byte of it is one its author chose the meaning of. Not compressed: an icon is
// small, and a compressor is a library more.

#include <string>

#include "launcher/reader/reader-client.h"

namespace latchkey {

// Empty if the pixels are not as many as they say.
std::string pngOf(const Pixels& pixels);

}  // namespace latchkey
