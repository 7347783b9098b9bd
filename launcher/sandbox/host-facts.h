// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a plan needs to know of the machine. Gathered once by looking, so that planning itself looks at nothing.

#include <istream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace latchkey::sandbox {

struct HostFacts {
  unsigned uid = 0;
  unsigned gid = 0;
  std::vector<std::pair<std::string, std::string>> rootLinks = {};  // "/bin" -> "usr/bin", as the host has them.
  std::vector<std::string> systemDirectories = {};  // "/usr", and "/lib" and the like where they are real.
  std::vector<std::string> configuration = {};      // Parts of /etc that programs need and that name no person.
  std::vector<std::pair<std::string, std::string>> configurationLinks =
      {};                                             // "/etc/localtime" -> "/usr/share/zoneinfo/..."
  std::vector<std::string> looks = {};                // "/usr/share/fonts": what apps look like, of any system.
  std::vector<std::string> caches = {};               // "/var/cache/fontconfig"
  std::vector<std::string> graphics = {};             // Device nodes of the GPU.
  std::vector<std::string> graphicsInformation = {};  // What drivers read of it.
  std::vector<std::string> handled = {};              // Types and schemes that apps of the system say they open.
  bool optional = false;                              // /opt is there and holds something.

  // Looks below `root`, which is "/" but in tests.
  static HostFacts gather(const std::string& root = "/");
};

// Of a mimeinfo.cache, as desktop-file-utils makes it. What is no MIME type is left out.
std::set<std::string> handledTypes(std::istream& cache);

}  // namespace latchkey::sandbox
