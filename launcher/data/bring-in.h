// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Putting copies of the person's files into an app's private home.
//
// All is copied beside that home first, where the app sees nothing of it; then each piece takes its place in one
// step. So a kill, a full disk or a file that changes meanwhile leaves every piece as it was or as it is meant, never
// between, and what lies beside goes with the next one who comes. Nothing of the app's is followed on the way.

#include <kj/io.h>

#include <string>
#include <vector>

#include "launcher/data/pieces.h"
#include "launcher/data/survey.h"

namespace latchkey::data {

class BringIn {
public:
  // Makes the folders of the profile where they are missing. Throws with one line, also if another is at it.
  explicit BringIn(const std::string& profileFolder);
  // What was not put in place is gone.
  ~BringIn() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(BringIn);

  // Bytes the disk still takes.
  uint64_t room() const;
  // Whether the private home has something at that place.
  bool isThere(const std::string& to) const;

  // Copies it beside the home. Throws with one line: the home is as it was.
  void stage(int source, const std::string& name, const Survey& survey, const std::string& to);
  // All that was staged, each in one step. `replace`: also where something is, which is deleted then.
  // Answers what stayed as it was since something is there.
  enum class There { Stays, IsReplaced };
  std::vector<std::string> putInPlace(There there);

private:
  std::string m_folder;
  kj::AutoCloseFd m_home;
  kj::AutoCloseFd m_beside;
  struct Staged {
    std::string name, to;
  };
  std::vector<Staged> m_staged = {};
};

}  // namespace latchkey::data
