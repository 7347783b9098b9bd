// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What may be given of the desktop beside single things, in plain words. The names are the broker's.

#include <QString>

namespace latchkey::ui {

struct Right {
  // What an answer can last. The longest that is offered: who may see and steer the screen is said anew each run.
  enum class Longest { Run, Always };

  const char* target;
  const char* symbol;
  // Inside a sentence: "the camera".
  QString (*noun)();
  // After the app's name: "wants to use the camera".
  QString (*wish)();
  // What it can do with it, after its name or alone: "can see what is in front of the camera".
  QString (*sentence)();
  Longest longest = Longest::Always;

  // As a heading: "The camera".
  QString name() const;
};

// Null where there is no such right.
const Right* findRight(const QString& target);

}  // namespace latchkey::ui
