// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/cookie.h"

#include "broker/base/random.h"

namespace latchkey {

std::string freshCookie() { return randomBytes(32); }

}  // namespace latchkey
