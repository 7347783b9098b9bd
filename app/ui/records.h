// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the window knows of grants, requests, instances: the schema's structures as plain Qt values.
//
// They cross from KJ's thread to Qt's by copy, so nothing in them refers to a message or a connection. Text that came
// from apps is already escaped by the broker; it is bounded once more where it becomes a record (convert.cpp).

#include <qqmlregistration.h>
#include <QByteArray>
#include <QList>
#include <QObject>
#include <QString>

#include <optional>

#include "app/ui/chooser-records.h"

namespace latchkey::ui {

// The schema's enumerations under names that QML can use. convert.cpp asserts that the numbers agree.
class Terms : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("A collection of names")
  Q_CLASSINFO("RegisterEnumClassesUnscoped", "false")

public:
  enum class Kind { File, Folder, Network, Listen, Service, Desktop, Device, App, Window };
  Q_ENUM(Kind)
  enum class Access { Read, Write };
  Q_ENUM(Access)
  enum class Scope { File, Siblings, Folder, Tree, Host, Domain, Port, Network, Pattern };
  Q_ENUM(Scope)
  enum class GrantState { Active, Suspended, Expired, Revoked };
  Q_ENUM(GrantState)
  enum class Origin { Prompt, Typed, Dropped, Picked, Added, Workdir };
  Q_ENUM(Origin)
  enum class Lasting { Once, Run, Until, Always };
  Q_ENUM(Lasting)
  enum class RequestState { Waiting, Allowed, Denied, Never, Dismissed, TimedOut, Withdrawn, Unpresentable };
  Q_ENUM(RequestState)
  enum class Verdict { Allow, Deny, Never, Dismiss };
  Q_ENUM(Verdict)
  enum class InstanceState { Starting, Running, Stopping, Ended };
  Q_ENUM(InstanceState)
};

// Nanoseconds since 1970-01-01 UTC, 0 for "never", as in the schema.
using Nanos = qint64;

struct Lifetime {
  Terms::Lasting lasting = Terms::Lasting::Once;
  Nanos until = 0;
  bool operator==(const Lifetime&) const = default;
};

struct Object {
  QString target;
  QByteArray path;
  Terms::Scope scope = Terms::Scope::File;
  bool see = false;
  // Of the thing itself at the moment of the question; 0 where not known.
  quint64 device = 0;
  quint64 inode = 0;
  bool operator==(const Object&) const = default;
};

struct Grant {
  QString id;
  QString holder;
  QString holderName;
  Terms::Kind kind = Terms::Kind::File;
  Object object;
  Terms::Access access = Terms::Access::Read;
  Lifetime lifetime;
  QString parent;
  Terms::GrantState state = Terms::GrantState::Active;
  Terms::Origin origin = Terms::Origin::Prompt;
  QString instance;
  Nanos created = 0;
  Nanos used = 0;
  Nanos ended = 0;
  quint64 uses = 0;
  quint64 bytes = 0;     // In both directions.
  quint64 mostUses = 0;  // 0: no limit is set.
  quint32 live = 0;
  bool fast = false;    // A folder mounted as it is: what is open of it outlives the grant.
  bool keep = false;    // Stays although nobody uses it.
  bool lapsed = false;  // It ended because nobody did.
  // Of the network, in bytes; 0: as much as it wants.
  quint64 bytesPerSecond = 0, bytesPerDay = 0, bytesInAll = 0;
  bool resting = false;  // Those of today are used up.
  bool over() const { return state == Terms::GrantState::Expired || state == Terms::GrantState::Revoked; }
  bool isOfNetwork() const { return kind == Terms::Kind::Network || kind == Terms::Kind::Listen; }
  // While it holds, by the person: of files, folders and the network.
  bool isChangeable() const { return !over() && (isOfNetwork() || (!object.path.isEmpty() && !object.see)); }
  bool operator==(const Grant&) const = default;
};

// What is known of a destination beyond its name.
struct NetworkWish {
  enum class Place { Internet, LocalNetwork, ThisComputer };
  QString host;      // A name; an address where the app gave no name.
  quint16 port = 0;  // 0: none (a ping, or a look-up).
  QString protocol;  // "tcp", "udp", "ping", "name".
  QString service;   // "https"; empty where nothing well known speaks there.
  QString local;     // The address of the local network that the name leads to; else empty.
  QString domain;    // What scope Domain reaches.
  bool raw = false;  // It gave no name.
  Place place = Place::Internet;
  bool operator==(const NetworkWish&) const = default;
};

// What another machine's person would like. All of it is their word, but the colour.
struct FarWish {
  QString name;         // What they call it; empty: whichever.
  quint64 seconds = 0;  // For how long; 0: `always`, or they did not say.
  bool always = false;
  int stripe = 0;
  bool operator==(const FarWish&) const = default;
};

struct Request {
  QString id;
  QString app;
  QString appName;
  QString instance;
  Terms::Kind kind = Terms::Kind::File;
  Object object;
  Terms::Access access = Terms::Access::Read;
  QString claim;
  Nanos since = 0;
  Nanos deadline = 0;
  Terms::RequestState state = Terms::RequestState::Waiting;
  QList<Terms::Scope> scopes;
  qint32 pid = 0;
  QString program;
  bool directory = false;
  quint64 size = 0;
  Nanos modified = 0;
  bool create = false;
  Nanos decided = 0;
  QString grant;
  bool visible = false;
  quint32 alsoWaiting = 0;
  bool mayBeFast = false;
  // At most one of these: the person picks, and picking is the answer.
  std::optional<ChooserWish> chooser;
  std::optional<OpenerWish> opener;
  std::optional<NetworkWish> network;
  std::optional<FarWish> wish;
  bool picks() const { return chooser || opener || wish; }
  bool operator==(const Request&) const = default;
};

struct Answer {
  Terms::Verdict verdict = Terms::Verdict::Dismiss;
  Terms::Access access = Terms::Access::Read;
  Terms::Scope scope = Terms::Scope::File;
  Lifetime lifetime;
  bool fast = false;
  Picked picked;
};

struct Instance {
  QString id;
  QString app;
  QString profile;
  QString name;
  qint32 pid = 0;
  Nanos started = 0;
  Terms::InstanceState state = Terms::InstanceState::Starting;
  QString icon;
  QString limits;
  QString desktop;
  QString command;
  QString lacked = {};     // What it would have needed, if it failed for that.
  QString startedBy = {};  // Petname of the machine that had it started; empty: you.
  QString holder() const { return profile.isEmpty() ? app : app + u'@' + profile; }
};

struct Process {
  qint32 pid = 0;
  qint32 parent = 0;
  QString name;
  double cpuSeconds = 0;
  quint64 memory = 0;
  quint32 openFiles = 0;
};

struct OpenProgram {
  qint32 pid = 0;  // 0: it has ended since.
  QString name;
};

// One open handle.
struct OpenFile {
  enum class Mapped { No, Yes, Unknown };
  QByteArray path;
  OpenProgram program;
  Terms::Access access = Terms::Access::Read;
  bool directory = false;
  quint64 bytesRead = 0;
  quint64 bytesWritten = 0;
  Nanos used = 0;
  Mapped mapped = Mapped::Unknown;
  QList<OpenProgram> mappers;
  QString grant;
};

struct Connection {
  enum class State { Held, Connecting, Open, Ended };
  enum class Ending {
    None,
    Finished,
    EndedByYou,
    PausedByYou,
    PermissionOver,
    TimeOver,
    BytesUsedUp,
    NetworkOff,
    Denied,
    NotFound,
    NotReachable,
    NoAnswer,
    RefusedByOtherSide,
    BrokenOffByApp,
    BrokenOffByOtherSide,
    GivenUpByApp,
    NothingListens,
    Failed
  };
  quint64 id = 0;       // Within its instance.
  QString destination;  // "example.org:443/tcp"
  QString address;      // What it led to; empty before that is known.
  bool inward = false;  // From outside.
  State state = State::Held;
  Nanos since = 0;
  Nanos used = 0;
  Nanos ended = 0;
  quint64 bytesIn = 0;
  quint64 bytesOut = 0;
  QString program;
  qint32 pid = 0;
  QString instance;
  QString grant;
  Ending ending = Ending::None;
};

// What listens inside a running app.
struct Listener {
  QString instance;
  quint16 port = 0;
  bool udp = false;
  QString program;
  QString grant;   // By which it is reached from outside; else empty.
  quint64 id = 0;  // Of this very one: what listens there later has another.
};

struct JournalEntry {
  quint64 sequence = 0;
  Nanos time = 0;
  QString event;
  QString app;
  QString instance;
  Terms::Kind kind = Terms::Kind::File;
  QString target;
  QString grant;
  QString outcome;
};

struct JournalFilter {
  QString app;
  Nanos since = 0;
  quint64 before = 0;
  quint32 limit = 500;
  QString text;
  QString kind;
};

struct Status {
  QString version;
  QString store;
  bool networkOff = false;
  quint32 presenters = 0;
};

struct Settings {
  QString app;
  QString petname;
  bool alwaysConfined = false;
  bool sharedX = false;
  bool ownSandboxes = false;
  quint64 memoryLimit = 0;
  quint32 processLimit = 0;
  quint32 cpuPercent = 0;
  quint64 networkRate = 0, networkPerDay = 0;  // Bytes, of all that it has of the network; 0: no limit.
  bool seeHomeNames = false;
  bool gpu = false;
  QStringList off;  // Rights of the desktop that it is refused.
  bool operator==(const Settings&) const = default;
};

// A thing the person dropped or named, held by descriptor from that moment on.
struct Launch {
  QString app;  // Id as in the protocol; empty: `command`.
  QList<QByteArray> command;
  QString profile;
  QString action;
  bool throwaway = false;
  QList<QByteArray> dropped;  // Host paths, resolved once when the launch is sent.
};

}  // namespace latchkey::ui
