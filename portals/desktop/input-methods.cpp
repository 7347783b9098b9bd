// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The session's input methods, IBus and Fcitx, for apps whose toolkit reaches them by a module of its own. On Wayland
// the compositor has them for every window by itself, and none of this is used.
//
// Both have a portal made for sandboxes. Its name is ours on the app's bus, and behind it is the session's own:
//
// - An app makes input contexts, under paths of our numbering, and reaches those alone, by the methods of a table. It
//   cannot choose the person's engine or learn which they have, and what it says of itself is replaced.
// - The session sees one connection for each app, so that contexts end with it and nobody's are mistaken for others'.
// - What an input method answers goes to the program that made the context, and to nobody else on the app's bus.
// - Where nothing stands behind, or no longer, keys are answered as not taken: they are typed as they are, and not
// lost.
//
// Known hole: a program that says it has the focus draws the input method to itself, as any program of the session can.
// It hears of no key that was pressed elsewhere, but a word that is being composed there may be broken off.

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/log.h"
#include "portals/desktop/portals.h"

namespace latchkey::desktop {
namespace {

constexpr char RIGHT[] = "input-methods";
constexpr char BUS[] = "org.freedesktop.DBus";
constexpr char BUS_PATH[] = "/org/freedesktop/DBus";
constexpr char PROPERTIES[] = "org.freedesktop.DBus.Properties";
constexpr size_t MOST_CONTEXTS = 64;
constexpr unsigned MOST_CALLS = 128;
constexpr size_t MOST_BYTES = 256 << 10;    // In one call: the text around the cursor is the longest.
constexpr auto PATIENCE = 5 * kj::SECONDS;  // A key waits for this.

struct Reply {
  std::string in;
  Value::List otherwise = {};  // Where no input method stands behind.
};
struct Framework {
  std::string name;                 // On both buses.
  std::vector<std::string> makers;  // Paths; the session's is the first.
  std::string maker, make, in, out;
  std::string context;  // Interface.
  std::string path;     // What our number follows.
  std::string endInterface, end;
  std::map<std::string, Reply> methods;
  std::map<std::string, std::string> signals = {};
  std::map<std::string, std::string> writable = {};  // Properties, and what they are set to.
  std::string readable = {};
};

const Framework IBUS{
    .name = "org.freedesktop.portal.IBus",
    .makers = {"/org/freedesktop/IBus"},
    .maker = "org.freedesktop.IBus.Portal",
    .make = "CreateInputContext",
    .in = "s",
    .out = "o",
    .context = "org.freedesktop.IBus.InputContext",
    .path = "/org/freedesktop/IBus/InputContext_",
    .endInterface = "org.freedesktop.IBus.Service",
    .end = "Destroy",
    .methods = {{"ProcessKeyEvent", {"uuu", {Value(false)}}},
                {"SetCursorLocation", {"iiii"}},
                {"SetCursorLocationRelative", {"iiii"}},
                {"ProcessHandWritingEvent", {"ad"}},
                {"CancelHandWriting", {"u"}},
                {"FocusIn", {""}},
                {"FocusOut", {""}},
                {"Reset", {""}},
                {"SetCapabilities", {"u"}},
                {"SetSurroundingText", {"vuu"}}},
    .signals = {{"CommitText", "v"},
                {"ForwardKeyEvent", "uuu"},
                {"UpdatePreeditText", "vub"},
                {"UpdatePreeditTextWithMode", "vubu"},
                {"ShowPreeditText", ""},
                {"HidePreeditText", ""},
                {"UpdateAuxiliaryText", "vb"},
                {"ShowAuxiliaryText", ""},
                {"HideAuxiliaryText", ""},
                {"UpdateLookupTable", "vb"},
                {"ShowLookupTable", ""},
                {"HideLookupTable", ""},
                {"PageUpLookupTable", ""},
                {"PageDownLookupTable", ""},
                {"CursorUpLookupTable", ""},
                {"CursorDownLookupTable", ""},
                {"DeleteSurroundingText", "iu"},
                {"RequireSurroundingText", ""}},
    .writable = {{"ContentType", "(uu)"}, {"ClientCommitPreedit", "(b)"}, {"EffectivePostProcessKeyEvent", "(b)"}},
    .readable = "PostProcessKeyEvent"};

const Framework FCITX{.name = "org.freedesktop.portal.Fcitx",
                      .makers = {"/org/freedesktop/portal/inputmethod", "/inputmethod"},
                      .maker = "org.fcitx.Fcitx.InputMethod1",
                      .make = "CreateInputContext",
                      .in = "a(ss)",
                      .out = "oay",
                      .context = "org.fcitx.Fcitx.InputContext1",
                      .path = "/org/freedesktop/portal/inputcontext/",
                      .endInterface = "org.fcitx.Fcitx.InputContext1",
                      .end = "DestroyIC",
                      .methods = {{"ProcessKeyEvent", {"uuubu", {Value(false)}}},
                                  {"ProcessKeyEventBatch", {"uuubu", {Value::array("(uv)"), Value(false)}}},
                                  {"FocusIn", {""}},
                                  {"FocusOut", {""}},
                                  {"Reset", {""}},
                                  {"SetCursorRect", {"iiii"}},
                                  {"SetCursorRectV2", {"iiiid"}},
                                  {"SetCapability", {"t"}},
                                  {"SetSupportedCapability", {"t"}},
                                  {"SetSurroundingText", {"suu"}},
                                  {"SetSurroundingTextPosition", {"uu"}},
                                  {"PrevPage", {""}},
                                  {"NextPage", {""}},
                                  {"SelectCandidate", {"i"}},
                                  {"InvokeAction", {"ui"}},
                                  {"IsVirtualKeyboardVisible", {"", {Value(false)}}},
                                  {"ShowVirtualKeyboard", {""}},
                                  {"HideVirtualKeyboard", {""}}},
                      .signals = {{"CommitString", "s"},
                                  {"CurrentIM", "sss"},
                                  {"UpdateFormattedPreedit", "a(si)i"},
                                  {"UpdateClientSideUI", "a(si)ia(si)a(si)a(ss)iibb"},
                                  {"DeleteSurroundingText", "iu"},
                                  {"ForwardKey", "uub"},
                                  {"NotifyFocusOut", ""},
                                  {"VirtualKeyboardVisibilityChanged", "b"}}};

// Roughly; and no descriptors, which no input method has any use for.
size_t weigh(const Value& value) {
  if (value.type() == 'h') throwBusError(error::ARGUMENTS, "no descriptors here");
  auto weight = sizeof(uint64_t) + value.asText().size();
  for (auto& item : value.items()) weight += weigh(item);
  return weight;
}
void requireModest(const Value::List& arguments) {
  size_t weight = 0;
  for (auto& argument : arguments) weight += weigh(argument);
  if (weight > MOST_BYTES) throwBusError(error::LIMIT, "too much for an input method");
}

// As the framework is told of who makes a context. Of what the app says only how it shows its windows is passed on.
Value::List introduction(const Framework& framework, const App& app, const Value& said) {
  if (framework.in == "s") return {app.id};
  Value::List known{Value::tuple({Value("program"), Value(app.id)})};
  for (auto& entry : said.items()) {
    auto& key = entry.items()[0].asText();
    auto& value = entry.items()[1].asText();
    bool isSwitch = key == "clientControlVirtualkeyboardShow" || key == "clientControlVirtualkeyboardHide";
    if (isSwitch) known.push_back(Value::tuple({Value(key), Value(value == "true" ? "true" : "false")}));
    if (key == "display")
      known.push_back(Value::tuple({Value(key), Value(value.starts_with("x11:") ? "x11:" : "wayland:")}));
    if (known.size() > 8) break;
  }
  return {Value::array("(ss)", std::move(known))};
}

class InputMethods final : private kj::TaskSet::ErrorHandler {
public:
  InputMethods(Frontend& frontend, SessionBuses& session) : m_frontend(frontend), m_session(session), m_tasks(*this) {}

  kj::Promise<Value::List> make(const Framework& framework, Call& call) {
    if (!m_session.any()) throwBusError(error::FAILED, "there is no session");
    if (m_contexts.size() + m_making >= MOST_CONTEXTS) throwBusError(error::LIMIT, "too many input contexts");
    ++m_making;
    KJ_DEFER(--m_making);
    auto owner = call.message().sender;
    auto left = m_frontend.whenGone(owner);
    requireModest(call.message().arguments);
    auto permission = co_await m_frontend.desk().permit(RIGHT, "");
    if (!permission.granted) throwBusError(error::NOT_ALLOWED, "no input methods for this app");
    auto& session = connect();
    auto answer = co_await session.call({.destination = framework.name,
                                         .path = framework.makers[0],
                                         .interface = framework.maker,
                                         .member = framework.make,
                                         .arguments = introduction(framework, m_frontend.app(), call.argument(0)),
                                         .patience = PATIENCE});
    if (answer.signature != framework.out) throwBusError(error::FAILED, "a wrong answer");
    auto path = framework.path + std::to_string(++m_number);
    m_contexts[path] = {
        .framework = &framework, .owner = owner, .service = answer.sender, .path = answer.arguments[0].asText()};
    m_tasks.add(left.then([this, path] { end(path); }));
    answer.arguments[0] = Value::path(path);
    co_return std::move(answer.arguments);
  }

  void handle(kj::Own<Call> call) {
    if (m_calls >= MOST_CALLS) return call->fail(error::LIMIT, "too many calls at once");
    m_tasks.add(answer(kj::mv(call)));
  }

private:
  struct Context {
    const Framework* framework = nullptr;
    std::string owner;    // On the app's bus.
    std::string service;  // Unique name on the session's; empty: it has gone.
    std::string path;     // There.
    bool silent = false;  // Switched off.
  };

  // At the first context, so that apps without any are not seen.
  Bus& connect() {
    if (m_bus.get() != nullptr) return *m_bus;
    m_bus = m_session.connect();
    for (auto framework : {&IBUS, &FCITX}) {
      m_matches.push_back(m_bus->match("type='signal',interface='" + framework->context + "'",
                                       [this](const Message& message) { announce(message); }));
      m_matches.push_back(m_bus->match(std::string("type='signal',sender='") + BUS + "',interface='" + BUS +
                                           "',member='NameOwnerChanged',arg0='" + framework->name + "'",
                                       [this, framework](const Message& message) { changed(*framework, message); }));
    }
    m_tasks.add(m_bus->run());
    return *m_bus;
  }

  kj::Promise<void> answer(kj::Own<Call> call) {
    ++m_calls;
    KJ_DEFER(--m_calls);
    try {
      call->reply(co_await passed(call->message()));
    } catch (const kj::Exception& exception) {
      auto name = busErrorName(exception);
      call->fail(name.empty() ? error::FAILED : name.c_str(), name.empty() ? "it failed" : busErrorText(exception));
    }
  }

  // Nothing is awaited before it is sent: keys stay in their order.
  kj::Promise<Value::List> passed(const Message& message) {
    auto found = m_contexts.find(message.path);
    if (found == m_contexts.end()) throwBusError(error::UNKNOWN_OBJECT, "there is no such input context");
    auto context = found->second;
    auto& framework = *context.framework;
    if (context.owner != message.sender) throwBusError(error::ACCESS, "it is somebody else's");
    requireModest(message.arguments);
    if (message.interface == PROPERTIES) co_return co_await property(context, message);
    if (message.interface == framework.endInterface && message.member == framework.end && message.signature.empty()) {
      end(message.path);
      co_return Value::List{};
    }
    auto method = framework.methods.find(message.member);
    if (message.interface != framework.context || method == framework.methods.end())
      throwBusError(error::UNKNOWN_METHOD, "there is no such method here");
    if (message.signature != method->second.in)
      throwBusError(error::ARGUMENTS, "expected arguments of " + method->second.in);
    if (message.member == "FocusIn") m_tasks.add(look());
    if (context.service.empty() || context.silent) co_return Value::List(method->second.otherwise);
    co_return co_await told(context, message, method->second.otherwise);
  }

  kj::Promise<Value::List> told(Context context, Message message, Value::List otherwise) {
    try {
      auto answer = co_await m_bus->call({.destination = context.service,
                                          .path = context.path,
                                          .interface = message.interface,
                                          .member = message.member,
                                          .arguments = message.arguments,
                                          .patience = PATIENCE});
      bool fits = answer.arguments.size() == otherwise.size();
      for (size_t i = 0; fits && i < otherwise.size(); ++i) fits = answer.arguments[i].is(otherwise[i].signature());
      if (fits) co_return std::move(answer.arguments);
    } catch (const kj::Exception& exception) {
      logInfo("an input method does not answer: " + reason(exception));
    }
    co_return kj::mv(otherwise);
  }

  kj::Promise<Value::List> property(Context context, Message message) {
    auto& framework = *context.framework;
    bool sets =
        message.member == "Set" && message.signature == "ssv" && message.arguments[0].asText() == framework.context;
    bool gets =
        message.member == "Get" && message.signature == "ss" && message.arguments[0].asText() == framework.context;
    auto name = sets || gets ? message.arguments[1].asText() : std::string();
    auto shape = framework.writable.find(name);
    bool known = sets ? shape != framework.writable.end() && message.arguments[2].inside().is(shape->second)
                      : gets && !name.empty() && name == framework.readable;
    if (!known) throwBusError("org.freedesktop.DBus.Error.UnknownProperty", "there is no such property here");
    if (context.service.empty() || context.silent) {
      if (sets) co_return Value::List{};
      throwBusError(error::FAILED, "there is no input method");
    }
    auto answer = co_await m_bus->call({.destination = context.service,
                                        .path = context.path,
                                        .interface = PROPERTIES,
                                        .member = message.member,
                                        .arguments = message.arguments,
                                        .patience = PATIENCE});
    co_return std::move(answer.arguments);
  }

  // From the session's input method, for the context it names and whoever made that.
  void announce(const Message& message) {
    for (auto& [path, context] : m_contexts) {
      if (context.service != message.sender || context.path != message.path || context.silent) continue;
      auto shape = context.framework->signals.find(message.member);
      bool fits = message.interface == context.framework->context && shape != context.framework->signals.end() &&
                  shape->second == message.signature;
      if (fits) m_frontend.signal(message.interface, message.member, message.arguments, context.owner, path);
      return;
    }
  }

  // Each time the app comes to the front: it may have been switched off, or on again.
  kj::Promise<void> look() {
    auto permission = co_await m_frontend.desk().permit(RIGHT, "");
    for (auto& [path, context] : m_contexts) context.silent = !permission.granted;
  }

  // Ended or come back. Its contexts have gone with it; programs make new ones when the name does the same here.
  void changed(const Framework& framework, const Message& message) {
    if (message.signature != "sss") return;
    for (auto& [path, context] : m_contexts) {
      if (context.framework == &framework && context.service != message.arguments[2].asText()) context.service.clear();
    }
    if (!message.arguments[2].asText().empty()) m_tasks.add(claimAnew(framework.name));
  }

  kj::Promise<void> claimAnew(std::string name) {
    co_await m_frontend.bus().call(
        {.destination = BUS, .path = BUS_PATH, .interface = BUS, .member = "ReleaseName", .arguments = {name}});
    if (!co_await m_frontend.bus().own(name)) logInfo("an app has taken the name of an input method on its own bus");
  }

  void end(const std::string& path) {
    auto found = m_contexts.find(path);
    if (found == m_contexts.end()) return;
    auto context = kj::mv(found->second);
    m_contexts.erase(found);
    if (context.service.empty()) return;
    m_bus->tell({.destination = context.service,
                 .path = context.path,
                 .interface = context.framework->endInterface,
                 .member = context.framework->end});
  }

  void taskFailed(kj::Exception&& exception) override { logInfo("an input method: " + reason(exception)); }

  Frontend& m_frontend;
  SessionBuses& m_session;
  kj::Own<Bus> m_bus;
  std::vector<kj::Own<Bus::Match>> m_matches;
  std::map<std::string, Context> m_contexts;  // By the path on the app's bus.
  unsigned m_number = 0;
  size_t m_making = 0;
  unsigned m_calls = 0;
  kj::TaskSet m_tasks;
};

}  // namespace

void addInputMethods(Frontend& frontend, SessionBuses& session) {
  auto& methods = frontend.keep(std::make_shared<InputMethods>(frontend, session));
  for (auto framework : {&IBUS, &FCITX}) {
    frontend.claim(framework->name);
    for (auto& path : framework->makers) {
      frontend.add({.name = framework->maker,
                    .version = 0,
                    .methods = {{framework->make, framework->in, framework->out,
                                 [&methods, framework](Call& call) { return methods.make(*framework, call); }}},
                    .path = path});
    }
    frontend.serveBelow(framework->path, [&methods](kj::Own<Call> call) { methods.handle(kj::mv(call)); });
  }
}

}  // namespace latchkey::desktop
