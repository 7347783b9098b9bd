// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What is done with each of many things in two threads, ahead of one that needs the results in their order.

#include <kj/exception.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace latchkey::store {

class Ahead {
public:
  // `work` says what is wrong with number i, or nothing. After the first for which something is, or that throws, none
  // is begun any more.
  Ahead(size_t count, std::function<std::string(size_t)> work);
  // Waits for what has begun.
  ~Ahead();
  KJ_DISALLOW_COPY_AND_MOVE(Ahead);

  // What was said of number i. Throws what its work threw. Each once, in their order, until something is wrong.
  std::string wait(size_t i);

private:
  void loop();

  struct Result {
    bool there = false;
    std::string problem = {};
    kj::Maybe<kj::Exception> thrown = {};  // A copy: those of KJ end in the thread that threw them.
  };

  std::function<std::string(size_t)> m_work;
  std::vector<Result> m_results;
  std::mutex m_mutex;
  std::condition_variable m_arrived;
  size_t m_next = 0;
  std::vector<std::thread> m_threads;  // Last: they use the others.
};

}  // namespace latchkey::store
