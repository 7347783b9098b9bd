// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/tty-presenter.h"

#include <stdlib.h>

#include "app/cli/question.h"

namespace latchkey::cli {
namespace {

constexpr auto DEAF = 700 * kj::MILLISECONDS;
constexpr auto TOGETHER = 50 * kj::MILLISECONDS;
constexpr auto LOOK_AGAIN = 200 * kj::MILLISECONDS;
constexpr char CTRL_C = '\x03', ESCAPE = '\x1b';

// Puts the program's screen back, whatever way the question ended.
class Screen {
public:
  Screen(Relay& relay, bool plain) : m_relay(relay), m_plain(plain) {
    if (!m_plain) m_relay.terminal().write(m_relay.modes().reset());
    m_relay.terminal().write("\r\n");
    if (!m_plain) m_relay.terminal().write("\x1b[J");
  }
  ~Screen() noexcept(false) {
    m_relay.terminal().write(m_said + "\r\n");
    if (m_plain) return;
    m_relay.terminal().write(m_relay.modes().again());
    m_relay.resize(m_relay.modes().alternateScreen() ? Relay::Resize::Again : Relay::Resize::IfChanged);
  }
  KJ_DISALLOW_COPY_AND_MOVE(Screen);

  void draw(const std::string& text) { m_relay.terminal().write(text); }
  void end(std::string said) { m_said = std::move(said); }

private:
  Relay& m_relay;
  bool m_plain;
  std::string m_said = "Not asked any more.";
};

}  // namespace

TtyPresenter::Looks TtyPresenter::Looks::fromEnvironment() {
  auto set = [](const char* name) { return getenv(name) != nullptr && *getenv(name) != '\0'; };
  bool dumb = !set("TERM") || std::string_view(getenv("TERM")) == "dumb";
  return {.sequences = !dumb, .colours = !dumb && !set("NO_COLOR")};
}

kj::Promise<void> TtyPresenter::untilInFront() {
  while (!m_relay.terminal().inForeground()) co_await m_timer.afterDelay(LOOK_AGAIN);
}

kj::Promise<char> TtyPresenter::nextKey(Relay::Hold& hold) {
  for (;;) {
    auto burst = co_await hold.keys();
    for (;;) {
      auto quiet = m_timer.afterDelay(TOGETHER).then([] { return std::string(); });
      auto more = co_await hold.keys().exclusiveJoin(kj::mv(quiet));
      if (more.empty()) break;
      burst += more;
    }
    if (burst.size() == 1) co_return burst[0];
  }
}

kj::Promise<void> TtyPresenter::present(PresentContext context) {
  auto mine = kj::newPromiseAndFulfiller<void>();
  KJ_DEFER(mine.fulfiller->fulfill());
  auto before = kj::mv(m_before);
  m_before = mine.promise.fork();
  KJ_IF_MAYBE (other, before) co_await other->addBranch();
  co_await untilInFront();

  auto hold = co_await m_relay.hold();
  Question question(context.getParams().getRequest(), m_home, m_relay.terminal().size().ws_col, m_looks.colours);
  Screen screen(m_relay, !m_looks.sequences);
  screen.draw(question.text());
  hold->discardTyped();
  co_await m_timer.afterDelay(DEAF);
  hold->discardTyped();
  for (;;) {
    auto key = co_await nextKey(*hold);
    auto step = question.press(key == CTRL_C ? ESCAPE : key);
    if (step == Question::Step::Redraw) screen.draw("\r\n" + question.text());
    if (key == CTRL_C) hold->pass({&key, 1});
    if (step == Question::Step::Answered) break;
  }
  question.fill(context.getResults().initAnswer());
  screen.end(question.outcome());
}

}  // namespace latchkey::cli
