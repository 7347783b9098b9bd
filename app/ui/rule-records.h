// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Rules as the window writes them, and why something could be read.

#include "app/ui/records.h"

namespace latchkey::ui {

// What comes into the place of `grant`.
struct Rule {
  QString grant;
  QString holder;
  QByteArray path;  // Absolute; of scope `Pattern` the last part is the pattern.
  Terms::Scope scope = Terms::Scope::File;
  Terms::Access access = Terms::Access::Read;
  Lifetime lifetime;
  bool keep = false;
  // Of the network.
  Terms::Kind kind = Terms::Kind::File;  // Of files and folders the scope says it.
  QString target{};                      // In the place of `path`.
  quint64 bytesPerSecond = 0, bytesPerDay = 0, bytesInAll = 0;
};

// One of a file from elsewhere: what it would be here.
struct ImportLine {
  enum class State { Added, Present, Refused };
  State state = State::Refused;
  bool never = false;
  Grant rule;     // Of a refusal, what would allow the same.
  QString fault;  // Why it cannot be.
  quint64 line = 0;
};

struct Import {
  QList<ImportLine> lines;
  QString fault;  // It is no file of rules, or nothing came of it.
};

struct Export {
  QByteArray content;
  quint64 left = 0;  // Not in it: what such a file cannot say.
};

struct Reason {
  enum class Decides { Allowed, Denied, Asked };
  Decides decides = Decides::Asked;
  bool byRule = false;  // `grant` is the rule, or the refusal as one that would allow the same.
  Grant grant;
  QString line;  // Where no rule of the person's decides.
};

}  // namespace latchkey::ui
