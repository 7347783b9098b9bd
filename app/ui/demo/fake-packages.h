// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The fake broker's store. Whatever file it is shown, it finds the bundle of the script in it.

#include "app/ui/demo/fake-world.h"
#include "broker/schema/packages.capnp.h"

namespace latchkey::ui::fake {

kj::Own<schema::Packages::Server> packagesOf(std::shared_ptr<FakeBroker::World> world);

}  // namespace latchkey::ui::fake
