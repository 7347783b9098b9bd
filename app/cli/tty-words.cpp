// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/tty-words.h"

#include <errno.h>
#include <kj/debug.h>
#include <unistd.h>

#include "app/cli/console.h"
#include "app/cli/names.h"
#include "app/cli/words-question.h"

namespace latchkey::cli {
namespace {

constexpr auto DEAF = 700 * kj::MILLISECONDS;
constexpr auto TOGETHER = 50 * kj::MILLISECONDS;
constexpr char CTRL_C = '\x03', ESCAPE = '\x1b';

// The terminal as it was, and the outcome said, whatever way the question ended.
class Asking {
public:
  explicit Asking(Terminal& terminal) : m_terminal(terminal) { m_terminal.makeRaw(); }
  ~Asking() noexcept(false) {
    m_terminal.restore();
    m_terminal.write(said + "\n");
  }
  KJ_DISALLOW_COPY_AND_MOVE(Asking);
  std::string said = "Not asked any more: the other computer has gone.";

private:
  Terminal& m_terminal;
};

}  // namespace

TtyWords::TtyWords(kj::UnixEventPort& port, kj::Timer& timer, kj::Own<Terminal> terminal, Looks looks,
                   std::function<void(std::string)> added)
    : m_timer(timer),
      m_terminal(kj::mv(terminal)),
      m_looks(looks),
      m_added(std::move(added)),
      m_observer(port, m_terminal->fd(), kj::UnixEventPort::FdObserver::OBSERVE_READ) {}

kj::Promise<std::string> TtyWords::keys() {
  for (;;) {
    char buffer[256];
    auto count = read(m_terminal->fd(), buffer, sizeof buffer);
    if (count > 0) co_return std::string(buffer, static_cast<size_t>(count));
    KJ_REQUIRE(count < 0 && (errno == EAGAIN || errno == EINTR), "the terminal is gone");
    co_await m_observer.whenBecomesReadable();
  }
}

kj::Promise<char> TtyWords::nextKey() {
  for (;;) {
    auto burst = co_await keys();
    for (;;) {
      auto quiet = m_timer.afterDelay(TOGETHER).then([] { return std::string(); });
      auto more = co_await keys().exclusiveJoin(kj::mv(quiet));
      if (more.empty()) break;
      burst += more;
    }
    if (burst.size() == 1) co_return burst[0];
  }
}

kj::Promise<void> TtyWords::compare(CompareContext context) {
  KJ_REQUIRE(!m_asking && m_terminal->inForeground(), "nobody can be asked");
  m_asking = true;
  KJ_DEFER(m_asking = false);
  auto asked = context.getParams();
  std::vector<std::string> words;
  for (auto word : asked.getWords()) words.push_back(text(word));
  WordsQuestion question(text(asked.getName()), words, m_terminal->size().ws_col, m_looks.colours);
  Asking asking(*m_terminal);
  m_terminal->write("\r\n" + question.text());
  co_await m_timer.afterDelay(DEAF);
  m_terminal->discardTyped();
  auto answer = WordsQuestion::Answer::None;
  while (answer == WordsQuestion::Answer::None) {
    auto key = co_await nextKey();
    answer = WordsQuestion::press(key == CTRL_C ? ESCAPE : key);
  }
  bool match = answer == WordsQuestion::Answer::Match;
  asking.said = match ? "The words match here." : "Not added.";
  context.getResults().setMatch(match);
}

kj::Promise<void> TtyWords::added(AddedContext context) {
  m_added(text(context.getParams().getMachine().getPetname()));
  return kj::READY_NOW;
}

kj::Promise<void> TtyWords::over(OverContext context) {
  Console::complain("not added: " + text(context.getParams().getReason()));
  return kj::READY_NOW;
}

}  // namespace latchkey::cli
