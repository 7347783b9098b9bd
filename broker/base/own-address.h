// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once

#include "broker/base/address.h"

namespace latchkey {

// Whether an interface of this computer has it at this moment. Where that cannot be found out: yes, so that it is asked
// about as such.
bool isOwn(const Address& address);

}  // namespace latchkey
