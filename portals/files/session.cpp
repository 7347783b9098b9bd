// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <memory>
#include <string_view>

#include "broker/base/log.h"
#include "portals/files/listing.h"
#include "portals/files/operations.h"
#include "portals/files/rules.h"

namespace latchkey::files {
namespace {

constexpr auto SAME_ATTEMPT = std::chrono::milliseconds(30);
// Beyond this nobody reads them: an app that asks so much gets a refusal.
constexpr size_t MOST_QUESTIONS = 256;

// How many things a folder holds, for the person to see. Counting stops where the number no longer tells them more.
uint64_t entriesOf(int folder) {
  constexpr uint64_t ENOUGH = 10'000;
  int readable = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (readable < 0) return 0;
  std::unique_ptr<DIR, int (*)(DIR*)> listing(fdopendir(readable), closedir);
  if (!listing) {
    close(readable);
    return 0;
  }
  uint64_t count = 0;
  while (auto entry = readdir(listing.get())) {
    std::string_view name = entry->d_name;
    if (name != "." && name != ".." && ++count == ENOUGH) break;
  }
  return count;
}

}  // namespace

Session::Session(Layout layout, Ids ids, const Clock& clock, Desk& desk)
    : m_view(std::move(layout), clock), m_ids(ids), m_desk(desk) {
  int fd;
  KJ_SYSCALL(fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  m_wake = kj::AutoCloseFd(fd);
}

Session::~Session() {
  stop();
  for (auto& entry : m_holds) fuse_reply_err(entry.second.request, ENOTCONN);
  m_listings.clear();
  m_handles.clear();
  cleanScratches();
  if (m_fuse) fuse_session_destroy(m_fuse);
  free(m_request.mem);
}

void Session::prepare() {
  char name[] = "latchkey-files";
  char* words[] = {name, nullptr};
  fuse_args args = FUSE_ARGS_INIT(1, words);
  m_fuse = fuse_session_new(&args, &Operations::table(), sizeof(fuse_lowlevel_ops), this);
  fuse_opt_free_args(&args);
  KJ_REQUIRE(m_fuse != nullptr, "libfuse made no session");
}

void Session::start(kj::AutoCloseFd fuse) {
  prepare();
  int flags;
  KJ_SYSCALL(flags = fcntl(fuse, F_GETFL));
  KJ_SYSCALL(fcntl(fuse, F_SETFL, flags | O_NONBLOCK));
  // libfuse takes the descriptor over and closes it in fuse_session_destroy.
  auto place = "/dev/fd/" + std::to_string(fuse.get());
  KJ_REQUIRE(fuse_session_mount(m_fuse, place.c_str()) == 0, "libfuse did not take the connection");
  fuse.release();
  m_thread = std::thread([this, finished = m_finished] {
    serve();
    finished->store(true);
    m_desk.sessionEnded();
  });
}

bool Session::stop(std::chrono::milliseconds patience) {
  if (!m_thread.joinable()) return true;
  post([this] { fuse_session_exit(m_fuse); });
  auto until = std::chrono::steady_clock::now() + patience;
  while (!m_finished->load()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  m_thread.join();
  return true;
}

void Session::post(std::function<void()> task) {
  {
    std::lock_guard<std::mutex> guard(m_tasksLock);
    m_tasks.push_back(std::move(task));
  }
  uint64_t one = 1;
  (void)!::write(m_wake, &one, sizeof one);
}

void Session::runTasks() {
  uint64_t count;
  (void)!::read(m_wake, &count, sizeof count);
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard<std::mutex> guard(m_tasksLock);
    tasks.swap(m_tasks);
  }
  for (auto& task : tasks) task();
}

void Session::serve() {
  pollfd watched[2] = {{fuse_session_fd(m_fuse), POLLIN, 0}, {m_wake.get(), POLLIN, 0}};
  while (!fuse_session_exited(m_fuse)) {
    if (poll(watched, 2, -1) < 0 && errno != EINTR) break;
    if (watched[1].revents) runTasks();
    if (!watched[0].revents) continue;
    int got = fuse_session_receive_buf(m_fuse, &m_request);
    if (got == -EINTR || got == -EAGAIN) continue;
    if (got <= 0) break;  // ENODEV: unmounted everywhere, the sandbox has ended.
    fuse_session_process_buf(m_fuse, &m_request);
    m_inodes.store(m_view.nodes.count(), std::memory_order_relaxed);
  }
  for (auto& entry : m_holds) fuse_reply_err(entry.second.request, ENOTCONN);
  m_holds.clear();
  m_held = 0;
}

void Session::process(const void* bytes, size_t size) {
  m_buffer.resize(std::max<size_t>(m_buffer.size(), 1));
  fuse_buf request{};
  request.mem = const_cast<void*>(bytes);
  request.size = size;
  fuse_session_process_buf(m_fuse, &request);
}

void Session::invalidate(NodeId node) { fuse_lowlevel_notify_inval_inode(m_fuse, node, 0, 0); }

// --- asking

bool Session::mayGoOn(fuse_req_t request, const std::string& path, Need need, bool folder, Asked asked, Again again,
                      int withoutQuestion) {
  if (m_view.isHiddenPlace(path)) {
    fuse_reply_err(request, withoutQuestion);
    return false;
  }
  if (asked == Asked::Yes || m_view.isRefused(path, need)) {
    if (asked == Asked::NotYet) m_desk.refused(path, need);
    fuse_reply_err(request, EACCES);
    return false;
  }
  if (wasJustDeclined(path, need)) {
    fuse_reply_err(request, EACCES);
    return false;
  }
  if (!m_view.isAskable(path)) {
    if (m_view.isUnderLabel(path)) m_desk.refused(path, need);
    fuse_reply_err(request, withoutQuestion);
    return false;
  }
  if (m_questions.size() >= MOST_QUESTIONS) {
    m_desk.refused(path, need);
    fuse_reply_err(request, EACCES);
    return false;
  }
  hold(request, path, need, folder, std::move(again));
  return false;
}

// The kernel looks one name up once at a time: whoever else wants it waits there and comes when the first has its
// answer.
bool Session::wasJustDeclined(const std::string& path, Need need) {
  auto found = m_justDeclined.find({path, need});
  return found != m_justDeclined.end() && std::chrono::steady_clock::now() < found->second;
}

void Session::hold(fuse_req_t request, const std::string& path, Need need, bool folder, Again again) {
  auto id = m_nextId++;
  Open* open = nullptr;
  for (auto& entry : m_questions) {
    auto& known = entry.second;
    if (known.path == path && known.need == need && known.directory == folder) open = &known;
  }
  kj::Maybe<Question> question;
  if (!open) {
    auto questionId = m_nextId++;
    open = &m_questions.emplace(questionId, Open{questionId, path, folder, need, {}}).first->second;
    Question fresh;
    fresh.id = questionId;
    fresh.path = path;
    fresh.need = need;
    fresh.directory = folder;
    fresh.pid = fuse_req_ctx(request)->pid;
    auto thing = m_view.forQuestion(path);
    if (thing) {
      fresh.directory = S_ISDIR(thing.status.st_mode);
      fresh.size = fresh.directory ? entriesOf(thing.fd) : static_cast<uint64_t>(thing.status.st_size);
      fresh.modified = thing.status.st_mtim.tv_sec * 1'000'000'000LL + thing.status.st_mtim.tv_nsec;
      fresh.object = kj::mv(thing.fd);
    } else {
      // Nothing is there: the only thing an app can want from the name is to make it.
      fresh.create = true;
      fresh.need = Need::Write;
    }
    question = kj::mv(fresh);
  }
  open->holds.push_back(id);
  m_holds.emplace(id, Hold{request, open->id, std::move(again)});
  m_held.store(static_cast<uint32_t>(m_holds.size()));
  KJ_IF_MAYBE (fresh, question) m_desk.ask(kj::mv(*fresh));
  // Last: if the asker is gone already, this answers at once.
  fuse_req_interrupt_func(request, &Session::onInterrupt, reinterpret_cast<void*>(id));
}

void Session::onInterrupt(fuse_req_t request, void* data) {
  auto& session = *static_cast<Session*>(fuse_req_userdata(request));
  session.interrupted(reinterpret_cast<uint64_t>(data));
}

void Session::interrupted(uint64_t id) {
  auto found = m_holds.find(id);
  if (found == m_holds.end()) return;
  auto hold = std::move(found->second);
  m_holds.erase(found);
  m_held.store(static_cast<uint32_t>(m_holds.size()));
  auto question = m_questions.find(hold.question);
  if (question != m_questions.end()) {
    std::erase(question->second.holds, id);
    if (question->second.holds.empty()) {
      m_desk.withdraw(hold.question);
      m_questions.erase(question);
    }
  }
  fuse_reply_err(hold.request, EINTR);
}

void Session::decided(uint64_t question, Verdict verdict) {
  post([this, question, verdict] { settle(question, verdict); });
}

void Session::settle(uint64_t id, Verdict verdict) {
  auto found = m_questions.find(id);
  if (found == m_questions.end()) return;
  auto question = std::move(found->second);
  m_questions.erase(found);
  if (verdict == Verdict::DeniedForRun) m_view.denyForRun(question.path, question.need);
  if (verdict == Verdict::Declined) {
    auto now = std::chrono::steady_clock::now();
    std::erase_if(m_justDeclined, [&](auto& entry) { return entry.second < now; });
    m_justDeclined[{question.path, question.need}] = now + SAME_ATTEMPT;
  }
  for (auto holdId : question.holds) {
    auto at = m_holds.find(holdId);
    if (at == m_holds.end()) continue;
    auto hold = std::move(at->second);
    m_holds.erase(at);
    m_held.store(static_cast<uint32_t>(m_holds.size()));
    fuse_req_interrupt_func(hold.request, nullptr, nullptr);
    if (verdict == Verdict::Granted) {
      hold.again(Asked::Yes);
    } else {
      fuse_reply_err(hold.request, EACCES);
    }
  }
}

void Session::settleAll(Verdict verdict) {
  while (!m_questions.empty()) settle(m_questions.begin()->first, verdict);
}

// --- nodes

kj::Maybe<std::string> Session::childPath(fuse_req_t request, NodeId parent, const std::string& name) {
  auto* node = m_view.nodes.find(parent);
  if (!node || node->gone) {
    fuse_reply_err(request, node ? ENOENT : ESTALE);
    return nullptr;
  }
  if (!isProperName(name)) {
    fuse_reply_err(request, name.size() > 255 ? ENAMETOOLONG : EINVAL);
    return nullptr;
  }
  return join(m_view.nodes.pathOf(*node), name);
}

Node* Session::nodeOf(fuse_req_t request, NodeId id, std::string& path) {
  auto* node = m_view.nodes.find(id);
  if (!node || (node->gone && node->handles.empty())) {
    fuse_reply_err(request, ESTALE);  // The kernel looks the name up again.
    return nullptr;
  }
  path = m_view.nodes.pathOf(*node);
  return node;
}

bool Session::isSame(const Node& node, const Thing& thing) {
  return thing && !node.gone && (!node.identity.known() || node.identity == identityOf(thing.status));
}

}  // namespace latchkey::files
