// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The fake broker's sharing. It refuses what the real one refuses, in the same words, as far as a window can ask for
// it.

#include "app/ui/demo/fake-world.h"
#include "broker/schema/sharing.capnp.h"

namespace latchkey::ui::fake {

kj::Own<schema::Sharing::Server> sharingOf(std::shared_ptr<FakeBroker::World> world);

}  // namespace latchkey::ui::fake
