// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What a trial would change if it were kept: the layers its app wrote, compared with the host as it is now.
//
// Everything in a layer was chosen by the app - names, links, nodes, depth - so nothing of it is followed, and what is
// not a file, a directory or a link is told and never kept. Where the host changed since the trial began, a change is
// marked as a conflict: keeping it would undo somebody's work.

#include <sys/stat.h>
#include <time.h>

#include <cstdint>
#include <string>
#include <vector>

#include "broker/base/trials.h"

namespace latchkey::trial {

struct Change {
  enum class What { Created, Changed, Deleted };
  enum class Type { File, Folder, Link, Other };

  What what = What::Created;
  Type type = Type::File;
  std::string path;  // As the app saw it: below the person's home also for what lies in the private home.
  bool inPrivateHome = false;
  bool conflict = false;  // The host's changed after the trial began.
  uint64_t size = 0;      // Bytes, of a file.
  std::string target;     // Of a link.

  // Where it stands: below `base` on the host and below `layer` in the trial.
  std::string base;
  std::string layer;
  std::string relative;
  timespec began = {};  // By the host's clock of changes.
};

const char* nameOf(Change::What what);

// Whether something on the host is not what the trial began with any more.
bool changedSince(const timespec& began, const struct stat& status);

// Parents before what is in them. At most `most`: then `more` is set.
struct Changes {
  std::vector<Change> list = {};
  bool more = false;
  size_t count(Change::What what) const;
};
Changes changesOf(const Trial& trial, const std::string& personHome, size_t most = 100'000);

}  // namespace latchkey::trial
