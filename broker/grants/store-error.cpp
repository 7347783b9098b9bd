// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/store-error.h"

namespace latchkey {

StoreError::StoreError(StoreTrouble trouble, const std::string& line)
    : kj::Exception(Type::FAILED, "store", 0, kj::heapString(line.c_str(), line.size())), m_trouble(trouble) {}

}  // namespace latchkey
