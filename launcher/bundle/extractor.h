// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Writing what is in a bundle below one folder, and nowhere else whatever it is called.
//
// Every parent is opened from that folder with openat2 (beneath it, no link, no other file system), everything is made
// anew (O_EXCL), and what is there already is a refusal. Names have been checked before; this does not rely on it.

#include <kj/io.h>

#include <string>
#include <string_view>

#include "launcher/bundle/bundle-entry.h"

namespace latchkey {

class Extractor {
public:
  // An empty folder, borrowed; -1: nothing is written, only looked at.
  explicit Extractor(int root) : m_root(root) {}

  // Each returns an empty text, or what is wrong.
  std::string begin(const BundleEntry& entry);
  std::string write(std::string_view bytes);
  std::string end();

private:
  std::string enter(const std::string& parent);

  int m_root;
  std::string m_parentPath = {};
  kj::AutoCloseFd m_parent;
  kj::AutoCloseFd m_file;
};

}  // namespace latchkey
