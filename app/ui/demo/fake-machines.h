// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The fake broker's other machines. It believes everybody and connects with nobody.

#include "app/ui/demo/fake-world.h"
#include "broker/schema/machines.capnp.h"

namespace latchkey::ui::fake {

kj::Own<schema::Machines::Server> machinesOf(std::shared_ptr<FakeBroker::World> world);

void fill(const Machine&, schema::MachineInfo::Builder);

}  // namespace latchkey::ui::fake
