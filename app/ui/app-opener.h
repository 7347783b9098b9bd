// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A person says which app opens an address or a file for another one.
//
// The address is what the asking app wrote: it is shown whole, and of it the part that says whose it is stands out.
// Where that could be read in two ways nothing does.

#include <qqmlregistration.h>
#include <QUrl>

#include "app/ui/catalog.h"
#include "app/ui/default-apps.h"
#include "app/ui/question.h"

namespace latchkey::ui {

class OpeningApp {
  Q_GADGET
  QML_VALUE_TYPE(openingApp)
  Q_PROPERTY(QString name MEMBER name)
  Q_PROPERTY(QString comment MEMBER comment)
  Q_PROPERTY(QUrl icon MEMBER icon)

public:
  QString id;
  QString name;
  QString comment;
  QUrl icon;
  bool operator==(const OpeningApp&) const = default;
};

// "https://", "example.org", "/a/b": around the host. The host is empty where there is none, or no certain one.
struct AddressParts {
  QString before;
  QString host;
  QString after;
};
AddressParts addressParts(const QString& address);

class AppOpener final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for each question")
  Q_PROPERTY(QString before READ before CONSTANT)
  Q_PROPERTY(QString host READ host CONSTANT)
  Q_PROPERTY(QString after READ after CONSTANT)
  // The host in plain letters where it is written in others: "xn--...".
  Q_PROPERTY(QString plainHost READ plainHost CONSTANT)
  // Of a file: its name and place. Empty for an address.
  Q_PROPERTY(QString file READ file CONSTANT)
  Q_PROPERTY(QString kindName READ kindName CONSTANT)
  Q_PROPERTY(QList<latchkey::ui::OpeningApp> apps READ apps NOTIFY appsChanged)
  Q_PROPERTY(int current READ current WRITE setCurrent NOTIFY currentChanged)
  Q_PROPERTY(bool showsAll READ showsAll NOTIFY appsChanged)
  Q_PROPERTY(bool always READ always WRITE setAlways NOTIFY alwaysChanged)
  Q_PROPERTY(QString alwaysText READ alwaysText CONSTANT)

public:
  AppOpener(Question& question, const Catalog& catalog, const QList<QByteArray>& lists, QObject* parent = nullptr);

  QString before() const { return m_address.before; }
  QString host() const { return m_address.host; }
  QString after() const { return m_address.after; }
  QString plainHost() const;
  QString file() const;
  QString kindName() const;
  QList<OpeningApp> apps() const { return m_apps; }
  int current() const { return m_current; }
  void setCurrent(int current);
  bool showsAll() const { return m_showsAll; }
  bool always() const;
  void setAlways(bool always);
  QString alwaysText() const;

  // Also those that do not say they can.
  Q_INVOKABLE void showAll();
  Q_INVOKABLE void accept();

Q_SIGNALS:
  void appsChanged();
  void currentChanged();
  void alwaysChanged();

private:
  Question& m_question;
  OpenerWish m_wish;
  AddressParts m_address;
  QList<App> m_catalog;
  QList<OpeningApp> m_apps;
  int m_current = -1;
  bool m_showsAll = false;
};

// Of the apps those that can open the type: the ones that were set for it first, then by name. Not `asker` itself.
QList<App> appsFor(const QList<App>& apps, const QString& type, const Associations& set, const QString& asker);

}  // namespace latchkey::ui
