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
};

struct Reason {
  enum class Decides { Allowed, Denied, Asked };
  Decides decides = Decides::Asked;
  bool byRule = false;  // `grant` is the rule, or the refusal as one that would allow the same.
  Grant grant;
  QString line;  // Where no rule of the person's decides.
};

}  // namespace latchkey::ui
