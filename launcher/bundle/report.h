// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the confined process says of a bundle it found sound.

#include "broker/schema/bundle.capnp.h"
#include "launcher/bundle/pack-bundle.h"

namespace latchkey {

void report(const BundleContents& contents, schema::BundleReport::Builder to);

}  // namespace latchkey
