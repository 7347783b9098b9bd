// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Failing with one line for a person, and nothing else in it.

#include <kj/exception.h>

#include <string>

namespace latchkey {

[[noreturn]] inline void fail(const std::string& line) {
  kj::throwFatalException(kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::str(line.c_str())));
}

}  // namespace latchkey
