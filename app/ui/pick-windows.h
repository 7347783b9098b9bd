// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The windows of questions whose answer is a choice among things: files, apps. PromptDesk shows them as it shows all
// questions.

#include <QHash>
#include <QQmlComponent>

#include "app/ui/file-chooser.h"
#include "app/ui/share-draft.h"
#include "broker/base/places.h"

class QQuickWindow;

namespace latchkey::ui {

ChooserWorld chooserWorld(const Places& places);

class PickWindows final : public QObject {
  Q_OBJECT

public:
  PickWindows(QQmlEngine& engine, Catalog& catalog, ChooserWorld world, QObject* parent = nullptr);

  // Other machines' questions are answered by drafts like this one. Without it they are declined once.
  void giveWith(const ShareDraft& share) { m_share = &share; }
  // Compiles what will be needed.
  void prepare();
  // Null if it cannot be made. `question` belongs to the window.
  QQuickWindow* make(Question* question);

private:
  QQuickWindow* window(QQmlComponent& component, const char* type, Question* question, const char* name,
                       QObject* model);

  Catalog& m_catalog;
  ChooserWorld m_world;
  QQmlComponent m_chooser;
  QQmlComponent m_opener;
  QQmlComponent m_giver;
  const ShareDraft* m_share = nullptr;
  QHash<QString, QByteArray> m_lastFolders;  // Of each holder, while this program runs.
};

}  // namespace latchkey::ui
