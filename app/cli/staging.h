// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A folder for what is only on its way, removed with everything in it.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <filesystem>
#include <string>

#include "broker/base/failure.h"
#include "broker/base/text.h"

namespace latchkey::cli {

class Staging {
public:
  Staging() {
    std::error_code unknown;
    auto place = std::filesystem::temp_directory_path(unknown);
    m_path = (unknown ? std::string("/tmp") : place.string()) + "/latchkey-bundle-XXXXXX";
    if (mkdtemp(m_path.data()) == nullptr)
      fail("cannot make a folder for it: " + escaped(m_path) + ": " + strerror(errno));
  }
  ~Staging() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  const std::string& path() const { return m_path; }

private:
  std::string m_path;
};

}  // namespace latchkey::cli
