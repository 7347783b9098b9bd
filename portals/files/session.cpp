// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <memory>
#include <string_view>
#include <system_error>
#include <thread>

#include "broker/base/files.h"
#include "broker/base/log.h"
#include "portals/files/apart.h"
#include "portals/files/listing.h"
#include "portals/files/operations.h"
#include "portals/files/rules.h"
#include "portals/files/stream-pipe.h"

namespace latchkey::files {
namespace {

// Not one that the event loop has a use for.
const int WAKE = SIGRTMIN + 3;
// Calls that may hang in one sandbox at a time.
constexpr uint32_t MOST_THREADS = 32;
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

// Most answers are a header and a few numbers. In one piece the kernel has one place of our memory to find, not two.
ssize_t writeWhole(int fd, iovec* parts, int count) {
  alignas(512) char whole[512];
  size_t size = 0;
  for (int i = 0; i < count; ++i) {
    if (parts[i].iov_len > sizeof whole - size) return ::writev(fd, parts, count);
    memcpy(whole + size, parts[i].iov_base, parts[i].iov_len);
    size += parts[i].iov_len;
  }
  return ::write(fd, whole, size);
}

// A request; by way of the pipe where much is being written: then `piped` says how large it is.
int receive(fuse_session* session, fuse_buf& request, fuse_buf& piped) {
  auto& pipe = StreamPipe::mine();
  piped = {};
  if (!pipe.takeExpected()) return fuse_session_receive_buf(session, &request);
  auto got = pipe.fill(fuse_session_fd(session));
  if (got < 0) return errno == ENOENT ? -EINTR : -errno;
  piped.size = static_cast<size_t>(got);
  piped.flags = FUSE_BUF_IS_FD;
  piped.fd = pipe.end();
  return static_cast<int>(got);
}

}  // namespace

Session::Session(Layout layout, Ids ids, const Clock& clock, Desk& desk, std::shared_ptr<Budget> budget,
                 Watches* watches)
    : m_view(std::move(layout), clock), m_ids(ids), m_desk(desk), m_watches(watches), m_budget(std::move(budget)) {}

Session::~Session() noexcept {
  if (m_watches) m_watches->removeAll(*this);
  KJ_ASSERT(stop(), "a session ended before its threads");
  for (auto& entry : m_holds) fuse_reply_err(entry.second.request, ENOTCONN);
  for (auto& entry : m_lockWaits) fuse_reply_err(entry.second.request, ENOTCONN);
  m_listings.clear();
  m_locks.clear();
  while (!m_mayRest.empty()) m_mayRest.remove(m_mayRest.front());
  m_budget->giveBack(m_holding);
  m_handles.clear();
  cleanScratches();
  if (m_fuse) fuse_session_destroy(m_fuse);
}

void Session::prepare() {
  char name[] = "latchkey-files";
  char* words[] = {name, nullptr};
  fuse_args args = FUSE_ARGS_INIT(1, words);
  m_fuse = fuse_session_new(&args, &Operations::table(), sizeof(fuse_lowlevel_ops), this);
  fuse_opt_free_args(&args);
  KJ_REQUIRE(m_fuse != nullptr, "libfuse made no session");
}

void Session::start(kj::AutoCloseFd fuse, kj::AutoCloseFd telling, Noted noted) {
  prepare();
  m_noted = noted;
  m_telling = kj::mv(telling);
  // So that a thread that waits for a request can be told to leave.
  static const bool interruptible = [] {
    struct sigaction nothing{};
    nothing.sa_handler = [](int) {};
    return sigaction(WAKE, &nothing, nullptr) == 0;
  }();
  KJ_REQUIRE(interruptible, "no signal to wake threads");
  // libfuse takes the descriptor over and closes it in fuse_session_destroy.
  fuse_custom_io io{};
  io.read = [](int fd, void* to, size_t size, void*) { return ::read(fd, to, size); };
  io.writev = &Session::answer;
  KJ_REQUIRE(fuse_session_custom_io(m_fuse, &io, sizeof io, fuse.get()) == 0, "libfuse did not take the connection");
  fuse.release();
  addReader();
  KJ_REQUIRE(m_readers.load() == 1, "no thread to serve it");
}

// --- threads

void Session::begin() {
  sigset_t wake;
  sigemptyset(&wake);
  sigaddset(&wake, WAKE);
  pthread_sigmask(SIG_UNBLOCK, &wake, nullptr);
  std::lock_guard<std::mutex> guard(m_threadsLock);
  m_threadIds.push_back(static_cast<pid_t>(syscall(SYS_gettid)));
}

// The last thing a thread does here.
void Session::end() {
  {
    std::lock_guard<std::mutex> guard(m_threadsLock);
    std::erase(m_threadIds, static_cast<pid_t>(syscall(SYS_gettid)));
  }
  --m_threads;  // From here on there may be no session.
}

// The connection is over, as the last reader that does not hang tells.
void Session::lastRead() {
  {
    std::lock_guard<std::mutex> guard(m_threadsLock);
    if (--m_readers > m_turn.stuck() || m_ended) return;
    m_ended = true;
  }
  m_desk.sessionEnded();
}

// More than are needed: another one goes on.
bool Session::isTooMany() {
  auto stuck = m_turn.stuck();
  auto enough = 1 + stuck + (stuck ? 1 : 0);
  auto readers = m_readers.load();
  while (readers > enough) {
    if (m_readers.compare_exchange_weak(readers, readers - 1)) return true;
  }
  return false;
}

// False if there can be no more of them: what is to be done waits for the next occasion.
bool Session::addThread(std::function<void()> work) {
  ++m_threads;
  try {
    std::thread([this, work = std::move(work)] {
      begin();
      work();
      end();
    }).detach();
    return true;
  } catch (const std::system_error&) {
    --m_threads;
    return false;
  }
}

bool Session::addTeller(std::function<void()> work) {
  return addThread([this, work = std::move(work)] {
    tellApart();
    work();
  });
}

// By the number libfuse knows.
void Session::tellApart(int also) {
  if (m_telling.get() < 0) return;
  int fuse = fuse_session_fd(m_fuse);
  if (also < 0) standApart({{m_telling, fuse}});
  else standApart({{m_telling, fuse}, {also, also}});
}

void Session::addReader() {
  ++m_readers;
  if (!addThread([this] { serve(); })) --m_readers;
}

void Session::leave() {
  m_leaving = true;
  if (m_fuse) fuse_session_exit(m_fuse);
  std::lock_guard<std::mutex> guard(m_threadsLock);
  for (auto id : m_threadIds) syscall(SYS_tgkill, getpid(), id, WAKE);
}

bool Session::stop(std::chrono::milliseconds patience) {
  auto until = std::chrono::steady_clock::now() + patience;
  while (m_threads.load() != 0) {
    if (std::chrono::steady_clock::now() > until) return false;
    leave();  // Again and again: one may come just before a thread begins to wait.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

// Each reader that hangs needs another in its place, and where one hangs, another one ready to take over.
void Session::tick() {
  if (m_leaving) {
    leave();
    return;
  }
  auto calls = m_turn.calls();
  bool hangs = m_turn.isAway() && calls == m_callsSeen;
  m_callsSeen = calls;
  auto wanted = 1 + m_turn.stuck() + (hangs || m_turn.stuck() ? 1 : 0);
  if (m_readers.load() < std::min<uint32_t>(wanted, MOST_THREADS)) addReader();
  forgetOldest();
  ++m_ticks;
  if (m_ticks % 5 == 0 && m_sawInFolders.exchange(false)) post([this] { m_view.letGoOfFolders(); });
  // Others have come, who are to have their share.
  if (!m_budget->allowsMore(m_descriptors.load())) post([this] { makeRoom(); });
  if (m_ticks % 5 == 0 && m_watches && m_descriptors.load() != 0 && !m_looking.exchange(true)) {
    post([this] {
      lookAtOpenFiles();
      m_looking = false;
    });
  }
}

void Session::post(std::function<void()> task) {
  std::lock_guard<std::mutex> guard(m_threadsLock);
  m_tasks.push_back(std::move(task));
  if (m_tasksDue.exchange(true) || m_leaving) return;
  // If no thread can be had, the next request does it.
  addThread([this] {
    m_turn.take();
    runTasks();
    m_turn.give();
  });
}

// With the turn. Also before each request: what was handed in before an app asks is done before it is answered.
void Session::runTasks() {
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard<std::mutex> guard(m_threadsLock);
    tasks.swap(m_tasks);
    m_tasksDue = false;
  }
  for (auto& task : tasks) task();
}

ssize_t Session::answer(int fd, iovec* parts, int count, void* session) {
  auto written = writeWhole(fd, parts, count);
  // After it: killed in between, it is answered twice, which the kernel does not mind.
  KJ_IF_MAYBE (noted, static_cast<Session*>(session)->m_noted) {
    fuse_out_header header;
    memcpy(&header, parts[0].iov_base, sizeof header);
    noted->inFlight.noteAnswered(noted->connection, header.unique);
  }
  return written;
}

void Session::serve() {
  fuse_buf request{}, piped{};
  KJ_DEFER(free(request.mem));
  while (!fuse_session_exited(m_fuse)) {
    int got = receive(m_fuse, request, piped);
    if (got == -EINTR || got == -EAGAIN) continue;
    if (got <= 0) break;  // ENODEV: unmounted everywhere, the sandbox has ended.
    KJ_IF_MAYBE (noted, m_noted) {
      if (piped.size == 0) noted->inFlight.noteRead(noted->connection, request.mem, static_cast<size_t>(got));
    }
    m_turn.take();
    if (m_tasksDue.load(std::memory_order_acquire)) runTasks();
    fuse_session_process_buf(m_fuse, piped.size != 0 ? &piped : &request);
    if (piped.size != 0) StreamPipe::mine().settle();
    m_inodes.store(m_view.nodes.count(), std::memory_order_relaxed);
    m_turn.give();
    if (m_readers.load(std::memory_order_relaxed) > 1 && isTooMany()) return;
  }
  fuse_session_exit(m_fuse);
  m_turn.take();
  for (auto& entry : m_holds) fuse_reply_err(entry.second.request, ENOTCONN);
  m_holds.clear();
  m_held = 0;
  std::erase_if(m_lockWaits, [](auto& entry) {
    if (entry.second.trying) return false;  // By a thread that hangs; it answers.
    fuse_reply_err(entry.second.request, ENOTCONN);
    return true;
  });
  m_locks.clear();
  m_turn.give();
  lastRead();
}

void Session::process(const void* bytes, size_t size) {
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

Node* Session::nodeOf(fuse_req_t request, NodeId id) {
  auto* node = m_view.nodes.find(id);
  if (!node || (node->gone && node->handles.empty())) {
    fuse_reply_err(request, ESTALE);  // The kernel looks the name up again.
    return nullptr;
  }
  return node;
}

Node* Session::nodeOf(fuse_req_t request, NodeId id, std::string& path) {
  auto* node = nodeOf(request, id);
  if (node) path = m_view.nodes.pathOf(*node);
  return node;
}

Found Session::findNode(const Node& node, Need need, std::string& path) {
  if (!node.gone) {
    // The name may become another while the host is looked at.
    KJ_IF_MAYBE (found, m_view.findInTree(node.parent, node.name, need)) return kj::mv(*found);
  }
  path = m_view.nodes.pathOf(node);
  return m_view.find(path, need);
}

Found Session::findThing(const Node& node, const std::string& path, Need need) {
  if (!node.gone) {
    auto found = m_view.find(path, need);
    if (!isSame(node, found.thing)) {
      found.thing = Thing{};
      found.thing.error = ESTALE;
    }
    return found;
  }
  Found none;
  for (auto* handle : node.handles) {
    none.grant = handle->grant;
    if (handle->resting || !handle->grant->usable(m_view.clock) || !handle->grant->allows(need)) continue;
    Found found{handle->grant, {}, {}};
    found.thing.fd = duplicate(handle->fd);
    found.thing.error = fstat(found.thing.fd, &found.thing.status) < 0 ? errno : 0;
    return found;
  }
  none.thing.error = EACCES;
  return none;
}

bool Session::isSame(const Node& node, const Thing& thing) {
  return thing && !node.gone && (!node.identity.known() || node.identity == identityOf(thing.status));
}

}  // namespace latchkey::files
