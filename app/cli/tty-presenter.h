// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// `--ask tty`: questions on the terminal the program runs on.
//
// Against a program that wants to answer for the person, or to hide what is asked:
//   - its output stands still and it gets no keys (Relay::Hold); what it did to the screen is undone first;
//   - keys typed before the question stood for 0.7 s are thrown away;
//   - an answer is one single key: bytes that come together, such as a pasted text or what a terminal answers to a
//     program's question about itself, are never one.
// A question that nobody asks any more is taken down. In the background it waits until the job is in front again.

#include <kj/timer.h>

#include "app/cli/relay.h"
#include "broker/schema/person.capnp.h"

namespace latchkey::cli {

class TtyPresenter final : public schema::Presenter::Server {
public:
  // What the terminal understands. Without `sequences` the screen is left as it is.
  struct Looks {
    bool sequences = true;
    bool colours = true;
    static Looks fromEnvironment();
  };

  TtyPresenter(kj::Timer& timer, Relay& relay, std::string home, Looks looks)
      : m_timer(timer), m_relay(relay), m_home(std::move(home)), m_looks(looks) {}

  kj::Promise<void> present(PresentContext context) override;

private:
  kj::Promise<char> nextKey(Relay::Hold& hold);
  kj::Promise<void> untilInFront();

  kj::Timer& m_timer;
  Relay& m_relay;
  std::string m_home;
  Looks m_looks;
  // Questions come one after the other: each waits for the one before it to be gone.
  kj::Maybe<kj::ForkedPromise<void>> m_before;
};

}  // namespace latchkey::cli
