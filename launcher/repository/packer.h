// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Zstandard, in a process that is thrown away.
//
// What comes from a mirror is unpacked before anything vouches for it: digests are of what is unpacked. So that happens
// in `latchkey-chunks`, in a sandbox without home, network or session (launcher/confined), which is given packed bytes
// and a length, and whose answer counts only if it has the digest that was signed. It knows no names and no files.
//
// Blocking; the process starts with the first use. Of one thread, which must live as long.

#include <optional>
#include <string>
#include <string_view>

#include "launcher/confined/confined.h"

namespace latchkey::repository {

class Packer {
public:
  // `program`: latchkey-chunks; empty: the one beside the running program.
  explicit Packer(std::string program = {});
  KJ_DISALLOW_COPY(Packer);

  // Starts the process, if it is not there: it is ready by the time it is needed.
  void prepare();
  // As it lies in a repository: packed if that is shorter, else as it is.
  std::string pack(std::string_view bytes);
  // Nothing unless it gives `size` bytes and nothing more.
  std::optional<std::string> unpack(std::string_view bytes, size_t size);

private:
  std::optional<std::string> ask(char what, std::string_view bytes, size_t size);

  std::string m_program;
  kj::Maybe<Confined> m_process;
  kj::AutoCloseFd m_to, m_from;
};

}  // namespace latchkey::repository
