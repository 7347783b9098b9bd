// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Apps that open a type, as the caches of the data folders say.

#include <string>
#include <vector>

namespace latchkey::test {

std::vector<std::string> appsFor(const std::string& type);

}  // namespace latchkey::test
