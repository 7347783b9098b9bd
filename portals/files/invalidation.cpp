// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/invalidation.h"

#include <kj/debug.h>

#include <thread>

namespace latchkey::files {
namespace {

constexpr int MOST_THREADS = 256;
constexpr auto STUCK = 10 * kj::MILLISECONDS;
std::atomic<int> threads{0};
std::atomic<uint64_t> left{0};

struct Batch {
  Batch(std::shared_ptr<Session> session, std::vector<NodeId> nodes, Inbox& inbox,
        kj::Own<kj::PromiseFulfiller<void>> finished)
      : session(std::move(session)), nodes(std::move(nodes)), inbox(inbox), finished(kj::mv(finished)) {}

  std::shared_ptr<Session> session;
  std::vector<NodeId> nodes;
  std::atomic<size_t> next{0}, done{0};
  Inbox& inbox;
  // RPC thread only.
  kj::Own<kj::PromiseFulfiller<void>> finished;
};

void work(std::shared_ptr<Batch> batch) {
  batch->session->tellApart(batch->inbox.descriptor());
  for (size_t at; (at = batch->next++) < batch->nodes.size();) {
    // Open files are first and done by now: whoever waits for a processor may see it.
    if (at % 64 == 63) std::this_thread::yield();
    batch->session->invalidate(batch->nodes[at]);
    --left;
    if (++batch->done == batch->nodes.size()) {
      batch->inbox.post([batch] { batch->finished->fulfill(); });
    }
  }
  --threads;
  // Never the last to let go of a session: its end joins a thread and belongs to the RPC thread.
  auto& inbox = batch->inbox;
  inbox.post([last = std::move(batch)]() mutable { last.reset(); });
}

void addThread(const std::shared_ptr<Batch>& batch) {
  if (threads.load() >= MOST_THREADS) return;
  ++threads;
  std::thread(work, batch).detach();
}

}  // namespace

uint64_t stillToInvalidate() { return left.load(); }

int invalidatingThreads() { return threads.load(); }

kj::Promise<bool> invalidateAll(Inbox& inbox, kj::Timer& timer, std::shared_ptr<Session> session,
                                std::vector<NodeId> nodes, kj::Duration patience) {
  if (nodes.empty()) co_return true;
  auto paf = kj::newPromiseAndFulfiller<void>();
  auto batch = std::make_shared<Batch>(std::move(session), std::move(nodes), inbox, kj::mv(paf.fulfiller));
  auto finished = paf.promise.fork();
  left += batch->nodes.size();
  auto until = timer.now() + patience;
  addThread(batch);
  for (size_t before = 0;;) {
    bool done = co_await finished.addBranch().then([] { return true; }).exclusiveJoin(timer.afterDelay(STUCK).then([] {
      return false;
    }));
    if (done) co_return true;
    auto now = batch->done.load();
    if (now == before && batch->next.load() < batch->nodes.size()) addThread(batch);
    before = now;
    if (timer.now() >= until) co_return false;
  }
}

}  // namespace latchkey::files
