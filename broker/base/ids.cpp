// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/ids.h"

#include "broker/base/base32.h"
#include "broker/base/random.h"

namespace latchkey {

std::string randomToken() { return inBase32(randomBytes(16)); }

}  // namespace latchkey
