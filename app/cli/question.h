// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One question on a terminal: its words, and what keys mean while it stands there. No terminal in here.

#include <capnp/message.h>

#include <string>

#include "broker/base/clock.h"
#include "broker/schema/request.capnp.h"

namespace latchkey::cli {

class Question {
public:
  // Everything that comes from the app or the disk is escaped; lines are cut to `columns`.
  Question(schema::Request::Reader request, std::string home, unsigned columns, bool colours);

  // Lines end in "\r\n": the terminal is raw.
  std::string text() const;

  enum class Step { Nothing, Redraw, Answered };
  // y r a n N Esc answer; s w d change the question. Enter and all else do nothing: no answer is given by habit.
  Step press(char key);

  // After Answered.
  void fill(schema::Answer::Builder answer) const;
  // "Allowed while it runs."
  std::string outcome() const;

private:
  std::string headline() const;
  std::string thing() const;
  std::string scopeWords() const;
  std::string details() const;
  std::string strong(const std::string& text) const;

  kj::Own<capnp::MallocMessageBuilder> m_message;
  schema::Request::Reader m_request;
  std::string m_home;
  unsigned m_columns;
  bool m_colours;
  bool m_details = false;
  unsigned m_scope = 0;
  schema::Access m_access;
  schema::Answer::Verdict m_verdict = schema::Answer::Verdict::DISMISS;
  schema::Lifetime::Which m_lifetime = schema::Lifetime::ONCE;
};

}  // namespace latchkey::cli
