// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Having a bundle looked at, unpacked or put together by a process that is thrown away with it.
//
// That process is `latchkey-bundler` in a sandbox without home, network or session (launcher/confined), which sees one
// file and at most one folder. A bundle whose signature does not hold is never given to it. What it answers is bounded,
// and taken for the words of whoever signed: after unpacking the folder is walked from outside once more, since a
// process that was taken over could have left there what no bundle may hold.
//
// Blocking. The thread that calls must live as long as the call.

#include <kj/io.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "launcher/bundle/bundle-file.h"
#include "launcher/bundle/bundle-report.h"

namespace latchkey {

// Whether an unsigned bundle may be looked at: its author's own, before signing.
enum class Unsigned { Refused, Allowed };

class Bundler {
  struct Running;

public:
  // `program`: latchkey-bundler; empty: the one beside the running program.
  explicit Bundler(std::string program = {});

  using Report = std::variant<std::unique_ptr<BundleReport>, BundleProblem>;

  // Everything in it is read and compared with what was signed; nothing is written.
  Report look(const BundleFile& bundle, Unsigned = Unsigned::Refused) const;
  // The same, into an empty folder of ours (O_PATH does). After a problem what lies there is to be removed.
  Report unpack(const BundleFile& bundle, int folder) const;

  // Of a list whose signature was checked, before all of its contents are there. The process starts, and waits for the
  // list; by then those contents that isSurveyed() lie in `folder`, by their digests. Once.
  class Survey {
  public:
    Survey(Survey&&) noexcept;
    ~Survey();
    Report finish(std::string_view list);

  private:
    friend class Bundler;
    Survey(std::unique_ptr<Running> running, kj::AutoCloseFd list);
    std::unique_ptr<Running> m_running;
    kj::AutoCloseFd m_list;
  };
  Survey beginSurvey(int folder) const;

  struct Packed {
    std::unique_ptr<BundleReport> report = {};
    std::string list = {};
    kj::AutoCloseFd archive = {};
    uint64_t archiveSize = 0;
  };
  // `folder` holds manifest.toml and files/. `beside`: a folder on the disk the result will lie on.
  std::variant<Packed, BundleProblem> pack(int folder, const std::string& beside) const;

  // A Debian package's file (debian-file.h), into an empty folder of ours; nothing of it is run. Answers its name as
  // id, its version and summary, and as hostNeeds what was left out. After a problem what lies there is to be removed.
  Report unpackDebian(int file, int folder) const;

private:
  std::unique_ptr<Running> start(std::vector<std::string> words, int archive, int list, int folder, bool write) const;
  static Report finish(std::unique_ptr<Running> running);

  std::string m_program;
};

// Empty if what lies in the folder could be what a bundle holds: files of mode 0644 or 0755 with one name each,
// folders, and links that stay in it.
std::string objectionToTree(int folder);

}  // namespace latchkey
