// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/network/host-lookup.h"

#include <arpa/nameser.h>
#include <kj/debug.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace latchkey::network {
namespace {

constexpr size_t MOST_ADDRESSES = 64;
constexpr size_t MOST_OF_ANSWER = 65535;
constexpr size_t STACK = 512 * 1024;
constexpr auto IDLE = std::chrono::seconds(10);

std::vector<Address> systemAddresses(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;  // Each address once.
  addrinfo* found = nullptr;
  if (getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return {};
  KJ_DEFER(freeaddrinfo(found));
  std::vector<Address> addresses;
  for (auto at = found; at && addresses.size() < MOST_ADDRESSES; at = at->ai_next) {
    KJ_IF_MAYBE (address, addressOf(at->ai_addr)) {
      if (!std::ranges::contains(addresses, *address)) addresses.push_back(*address);
    }
  }
  return addresses;
}

std::vector<kj::byte> systemRecords(const std::string& name, uint16_t type) {
  struct __res_state state{};
  if (res_ninit(&state) != 0) return {};
  KJ_DEFER(res_nclose(&state));
  kj::byte question[512];
  auto length =
      res_nmkquery(&state, ns_o_query, name.c_str(), ns_c_in, type, nullptr, 0, nullptr, question, sizeof question);
  if (length < 0) return {};
  std::vector<kj::byte> answer(MOST_OF_ANSWER);
  auto got = res_nsend(&state, question, length, answer.data(), static_cast<int>(answer.size()));
  answer.resize(static_cast<size_t>(std::clamp<int>(got, 0, MOST_OF_ANSWER)));
  return answer;
}

}  // namespace

Resolver systemResolver() { return {systemAddresses, systemRecords}; }

// Shared with the threads, of which some may outlive everything else here.
struct LookupThreads::Work {
  // One lane's jobs. It stands in `ready` once for each job that it may run now.
  struct Jobs {
    std::deque<std::function<void()>> waiting;
    unsigned running = 0, listed = 0;
  };

  Resolver resolver;
  std::mutex mutex;
  std::condition_variable woken;
  std::deque<std::shared_ptr<Jobs>> ready;
  unsigned threads = 0, idle = 0;  // Idle is also who has been started and is not there yet: it will look for work.
  bool closed = false;

  // Puts the lane in the line as often as it may stand there.
  void list(const std::shared_ptr<Jobs>& jobs) {
    while (jobs->listed < jobs->waiting.size() && jobs->running + jobs->listed < MOST_OF_LANE) {
      ++jobs->listed;
      ready.push_back(jobs);
    }
  }

  // False: it is not done, and never will be.
  static bool submit(const std::shared_ptr<Work>& work, const std::shared_ptr<Jobs>& jobs, std::function<void()> job) {
    std::unique_lock lock(work->mutex);
    if (work->closed || jobs->waiting.size() >= MOST_WAITING) return false;
    jobs->waiting.push_back(std::move(job));
    work->list(jobs);
    if (work->ready.size() > work->idle && work->threads < MOST && !start(work) && work->threads == 0) {
      jobs->waiting.pop_back();
      return false;
    }
    work->woken.notify_one();
    return true;
  }

  // With the mutex held.
  static bool start(const std::shared_ptr<Work>& work) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    KJ_DEFER(pthread_attr_destroy(&attributes));
    pthread_attr_setstacksize(&attributes, STACK);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    auto mine = std::make_unique<std::shared_ptr<Work>>(work);
    // Signals are the event loop's.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    KJ_DEFER(pthread_sigmask(SIG_SETMASK, &before, nullptr));
    pthread_t thread;
    if (pthread_create(&thread, &attributes, &Work::run, mine.get()) != 0) return false;
    (void)mine.release();
    ++work->threads;
    ++work->idle;
    return true;
  }

  static void* run(void* given) {
    std::unique_ptr<std::shared_ptr<Work>> mine(static_cast<std::shared_ptr<Work>*>(given));
    (*mine)->serve();
    return nullptr;
  }

  void serve() {
    std::unique_lock lock(mutex);
    for (;;) {
      bool more = woken.wait_for(lock, IDLE, [this] { return closed || !ready.empty(); });
      if (closed || !more) break;
      auto jobs = std::move(ready.front());
      ready.pop_front();
      --jobs->listed;
      if (jobs->waiting.empty()) continue;
      auto job = std::move(jobs->waiting.front());
      jobs->waiting.pop_front();
      ++jobs->running;
      --idle;
      lock.unlock();
      job();
      job = nullptr;
      lock.lock();
      ++idle;
      --jobs->running;
      list(jobs);
    }
    --idle;
    --threads;
  }
};

class LookupThreads::Lane final : public HostLookup {
public:
  Lane(kj::Timer& timer, kj::Duration patience, std::shared_ptr<Work> work)
      : m_timer(timer), m_patience(patience), m_work(std::move(work)), m_jobs(std::make_shared<Work::Jobs>()) {}
  ~Lane() override {
    std::lock_guard lock(m_work->mutex);
    m_jobs->waiting.clear();
  }

  kj::Promise<std::vector<Address>> lookUp(std::string name) override {
    return run<std::vector<Address>>([name = std::move(name)](Resolver& resolver) { return resolver.addresses(name); });
  }

  kj::Promise<kj::Array<kj::byte>> records(std::string name, uint16_t type) override {
    return run<std::vector<kj::byte>>(
               [name = std::move(name), type](Resolver& resolver) { return resolver.records(name, type); })
        .then([](std::vector<kj::byte> answer) { return kj::heapArray<kj::byte>(answer.data(), answer.size()); });
  }

private:
  template <typename Found>
  kj::Promise<Found> run(std::function<Found(Resolver&)> ask) {
    auto pair = kj::newPromiseAndCrossThreadFulfiller<Found>();
    auto fulfiller = std::make_shared<kj::Own<kj::CrossThreadPromiseFulfiller<Found>>>(kj::mv(pair.fulfiller));
    bool accepted = Work::submit(m_work, m_jobs, [fulfiller, ask = std::move(ask), work = m_work.get()] {
      auto found = (*fulfiller)->isWaiting() ? ask(work->resolver) : Found();
      (*fulfiller)->fulfill(std::move(found));
    });
    if (!accepted) return Found();
    // A job that is dropped undone rejects.
    return pair.promise.catch_([](kj::Exception&&) { return Found(); })
        .exclusiveJoin(m_timer.afterDelay(m_patience).then([] { return Found(); }));
  }

  kj::Timer& m_timer;
  kj::Duration m_patience;
  std::shared_ptr<Work> m_work;
  std::shared_ptr<Work::Jobs> m_jobs;
};

LookupThreads::LookupThreads(kj::Timer& timer, Resolver resolver, kj::Duration patience)
    : m_timer(timer), m_patience(patience), m_work(std::make_shared<Work>()) {
  m_work->resolver = std::move(resolver);
}

// Threads that wait for work end. One that waits for a resolver ends when that gives up; nobody waits for it.
LookupThreads::~LookupThreads() {
  std::lock_guard lock(m_work->mutex);
  m_work->closed = true;
  for (auto& jobs : m_work->ready) jobs->waiting.clear();
  m_work->ready.clear();
  m_work->woken.notify_all();
}

kj::Own<HostLookup> LookupThreads::lane() { return kj::heap<Lane>(m_timer, m_patience, m_work); }

unsigned LookupThreads::threads() const {
  std::lock_guard lock(m_work->mutex);
  return m_work->threads;
}

}  // namespace latchkey::network
