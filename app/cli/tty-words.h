// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Words compared on the person's terminal.
//
// Keys typed before the words stood for 0.7 s are thrown away, and only a single key answers: what comes together, such
// as a pasted text or what a terminal answers to a question about itself, is none. The words are taken down when the
// other side is gone.

#include <kj/async-unix.h>
#include <kj/timer.h>

#include <functional>

#include "app/cli/terminal.h"
#include "broker/schema/machines.capnp.h"

namespace latchkey::cli {

class TtyWords final : public schema::WordsPresenter::Server {
public:
  struct Looks {
    bool colours = true;
  };
  // `added`: a machine was, of that name.
  TtyWords(kj::UnixEventPort& port, kj::Timer& timer, kj::Own<Terminal> terminal, Looks looks,
           std::function<void(std::string)> added);

  kj::Promise<void> compare(CompareContext context) override;
  kj::Promise<void> added(AddedContext context) override;
  kj::Promise<void> over(OverContext context) override;

private:
  kj::Promise<std::string> keys();
  kj::Promise<char> nextKey();

  kj::Timer& m_timer;
  kj::Own<Terminal> m_terminal;  // The connection may hold this longer than who made it.
  Looks m_looks;
  std::function<void(std::string)> m_added;
  kj::UnixEventPort::FdObserver m_observer;
  bool m_asking = false;
};

}  // namespace latchkey::cli
