// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Apps to choose one of.

#include <qqmlregistration.h>
#include <QHash>
#include <QUrl>

#include "app/ui/apps-model.h"
#include "app/ui/session.h"

namespace latchkey::ui {

class AppChoice {
  Q_GADGET
  QML_VALUE_TYPE(appChoice)
  Q_PROPERTY(QString holder MEMBER holder)
  Q_PROPERTY(QString name MEMBER name)
  Q_PROPERTY(QUrl portrait MEMBER portrait)
  Q_PROPERTY(bool running MEMBER running)

public:
  QString holder;
  QString name;
  QUrl portrait;
  bool running = false;
  bool operator==(const AppChoice&) const = default;
};

// Those that can be started and those that run, whose names hold `filter`: running ones first, then by name; of many
// the first hundred.
QList<AppChoice> appChoices(const AppsModel& names, const QHash<QString, Instance>& instances, const QString& filter);

}  // namespace latchkey::ui
