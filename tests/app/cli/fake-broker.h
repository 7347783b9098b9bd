// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A broker that answers what a test tells it to and remembers what it was asked, on a `person` socket of its own.
//
// It starts programs as they are, without any sandbox, on the descriptors it was given: what is tested here is the
// command line, not confinement. Lives in a thread with its own loop; everything public may be called from the test's
// thread.

#include <QStringList>
#include <QTemporaryDir>

#include <functional>
#include <memory>
#include <thread>

#include "broker/schema/person.capnp.h"

namespace latchkey::test {

class FakeBroker {
public:
  // What listings answer. Set before the command runs.
  struct Script {
    std::function<void(schema::Person::GrantsResults::Builder)> grants{};
    std::function<void(schema::Person::RequestsResults::Builder)> requests{};
    std::function<void(schema::Person::InstancesResults::Builder)> instances{};
    std::function<void(schema::Person::JournalResults::Builder)> journal{};
    std::function<void(schema::ExitStatus::Builder)> exit{};  // Instead of starting anything.
    std::function<void(schema::Person::RefusalsResults::Builder)> refusals{};
    std::function<void(schema::Person::OpenFilesResults::Builder)> openFiles{};
    std::function<void(schema::Person::ConnectionsResults::Builder)> connections{};
    std::function<void(schema::Person::WhyResults::Builder)> why{};
    std::function<void(schema::Machines::ListResults::Builder)> machines{};
    std::function<void(schema::Machines::InvitationsResults::Builder)> invitations{};
    std::function<void(schema::MachineInfo::Builder)> connect{};
    std::function<void(schema::Sharing::OffersResults::Builder)> offers{};
    std::function<void(schema::Sharing::WishesResults::Builder)> wishes{};
    std::function<void(schema::WishInfo::Builder)> answer{};  // Of what was asked for; none: it waits for ever.
    // What the store says of a bundle, of what is installed, and of what came of installing it.
    std::function<void(schema::Sheet::Builder)> sheet{};
    std::function<void(schema::Packages::InstalledResults::Builder)> installed{};
    std::function<void(schema::Packages::UpdatesResults::Builder)> updates{};
    std::function<void(schema::InstallOutcome::Builder)> outcome{};
    std::function<void(schema::Packages::VerifyResults::Builder)> findings{};
    QString storeFails{};      // The sentence that everything of it fails with.
    QString refusesToShare{};  // What the broker says instead of a grant.
    // Words that another machine shows, whoever was asked to be added; and what it calls itself.
    QStringList words{};
    QString machineName{};
    bool takesWordsDown = false;  // The other side goes while they stand.
    bool unanswered = false;      // No portal says that it has cut what was open.
  };

  FakeBroker();
  ~FakeBroker();

  Script script;

  // "revoke g1,g2": each call in the order it came.
  QStringList calls() const;
  // Waits until a call that begins so has come; whether it did.
  bool waitForCall(const QString& beginning) const;

  // What the last launch was asked for.
  struct Launched {
    QStringList command, arguments, designations;  // "write typed file /path"
    QString app, profile, runAs, action, ask, workingDirectory;
    bool terminal = false, throwaway = false;
    QMap<QString, QString> environment;
  };
  Launched launched() const;
  pid_t program() const;

  // Shows a question to who presents for the running program.
  void ask(std::function<void(schema::Request::Builder)> fill);
  // "allow once write file", or "failed: ..." for a presenter that went away. Empty while nobody answered.
  QString answer() const;
  QString waitForAnswer() const;
  void withdraw();

  // Drops every connection and stops listening, as by kill -9; then comes back.
  void die();
  void comeBack();

  // Environment for the command, and where it lives.
  QStringList environment() const;
  QString path(const QString& below) const { return m_directory.path() + "/" + below; }

  struct Loop;

private:
  QTemporaryDir m_directory;
  std::unique_ptr<Loop> m_loop;
};

}  // namespace latchkey::test
