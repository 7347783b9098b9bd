// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an app keeps for itself under one profile: how much it is, a copy of it to take away, and a fresh beginning.
//
// All that lies in it is the app's: nothing is opened, no link is followed, and what counts it is bounded. A fresh
// beginning loses nothing: the folder is renamed, and one former folder stays until the person deletes it or begins
// again once more. It lies beside the private home and outside of all that the app can reach.

#include <qqmlregistration.h>
#include <QObject>

#include <functional>

namespace latchkey::ui {

class PrivateFolder final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Found below the profiles")
  // Empty for the default one.
  Q_PROPERTY(QString profile READ profile CONSTANT)
  // As people write it.
  Q_PROPERTY(QString place READ place CONSTANT)
  // "3,2 MB"; empty while it is counted.
  Q_PROPERTY(QString size READ size NOTIFY changed)
  // The same of the former one; empty if there is none.
  Q_PROPERTY(QString formerSize READ formerSize NOTIFY changed)
  Q_PROPERTY(bool hasFormer READ hasFormer NOTIFY changed)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  // What was done last, or why it could not be. One line.
  Q_PROPERTY(QString told READ told NOTIFY changed)
  Q_PROPERTY(bool copied READ copied NOTIFY changed)

public:
  // `directory`: of the profile; `name`: what a copy is called after.
  PrivateFolder(QString directory, QString profile, QString name, QObject* parent = nullptr);

  QString profile() const { return m_profile; }
  QString path() const { return m_directory + QStringLiteral("/home"); }
  QString place() const;
  QString former() const { return m_directory + QStringLiteral("/home.former"); }
  QString size() const { return m_size; }
  QString formerSize() const { return m_formerSize; }
  bool hasFormer() const { return m_hasFormer; }
  bool busy() const { return m_busy; }
  QString told() const { return m_told; }
  bool copied() const { return !m_copy.isEmpty(); }

  void measure();
  Q_INVOKABLE void open() const;
  // As a packed archive among the downloads.
  Q_INVOKABLE void saveCopy();
  Q_INVOKABLE void showCopy() const;
  // The app must not run.
  Q_INVOKABLE void startAfresh();
  // Changes the two: taking back can be taken back.
  Q_INVOKABLE void bringBack();
  Q_INVOKABLE void deleteFormer();

Q_SIGNALS:
  void changed();

private:
  // Runs `work`, whose answer is empty or what went wrong, then says so or `done`.
  void work(std::function<QString()> work, const QString& done);
  void tell(const QString& line);

  QString m_directory;
  QString m_profile;
  QString m_name;
  QString m_size;
  QString m_formerSize;
  bool m_hasFormer = false;
  bool m_busy = false;
  QString m_told;
  QString m_copy;
};

}  // namespace latchkey::ui
