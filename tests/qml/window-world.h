// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The window with a scripted broker behind the real bridge, and ways to find things in it.

#include <QAccessible>
#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTest>

#include "app/ui/demo/demo-home.h"
#include "app/ui/demo/demo-script.h"
#include "app/ui/desk.h"
#include "app/ui/look.h"
#include "app/ui/pictures.h"

namespace latchkey::ui {

enum Place { Apps, Keys, Requests, Machines, Activity };

struct World {
  FakeBroker broker;
  DemoCatalog catalog{DemoCatalog::some()};
  Session session{broker.door(), Session::Presents::Nothing};
  DemoHome home;
  Desk desk{session, catalog, home.places()};
  QQmlApplicationEngine engine;
  QQuickWindow* window = nullptr;

  World(Script script, Place place) : broker(std::move(script)) {
    addPictures(engine, catalog);
    engine.setInitialProperties({{"desk", QVariant::fromValue(&desk)}, {"place", int(place)}});
    engine.loadFromModule("dev.latchkey.ui", "Main");
    if (engine.rootObjects().isEmpty()) return;
    window = qobject_cast<QQuickWindow*>(engine.rootObjects().first());
    window->show();
  }
  bool ready() {
    return window && QTest::qWaitForWindowActive(window, 10000) &&
           QTest::qWaitFor([&] { return session.online(); }, 10000);
  }
  bool heard(const QString& line) {
    return QTest::qWaitFor([&] { return broker.heard().contains(line); }, 10000);
  }
};

inline void collect(QQuickItem* root, const char* type, QList<QQuickItem*>& found) {
  const auto children = root->childItems();
  for (auto* child : children) {
    if (QByteArray(child->metaObject()->className()).startsWith(type) || child->inherits(type)) found << child;
    collect(child, type, found);
  }
}

inline QList<QQuickItem*> all(QQuickWindow* window, const char* type) {
  QList<QQuickItem*> found;
  collect(window->contentItem(), type, found);
  return found;
}

inline QQuickItem* first(QQuickWindow* window, const char* type) { return all(window, type).value(0); }

inline QQuickItem* withText(QQuickWindow* window, const char* type, const char* start) {
  for (auto* item : all(window, type)) {
    if (item->isVisible() && item->property("text").toString().startsWith(start)) return item;
  }
  return nullptr;
}
inline QQuickItem* buttonThatBegins(QQuickWindow* window, const char* start) {
  return withText(window, "PushButton", start);
}
inline QQuickItem* entryThatBegins(QQuickWindow* window, const char* start) {
  return withText(window, "MenuEntry", start);
}

inline QObject* sheetOf(QQuickWindow* window, const QString& type) {
  for (auto* child : window->findChildren<QObject*>()) {
    if (child->inherits("QQuickPopup") && QByteArray(child->metaObject()->className()).startsWith(type.toLatin1()))
      return child;
  }
  return nullptr;
}

inline QPoint middle(const QQuickItem* item) { return item->mapToScene(item->boundingRect().center()).toPoint(); }

// Until nothing was drawn for a while: all is there, and where it stays.
inline void rest(QQuickWindow* window) {
  QSignalSpy frames(window, &QQuickWindow::frameSwapped);
  for (int i = 0; i < 100 && frames.wait(200); ++i) {}
}

// Presses it where it is when the window came to rest: what appeared a moment ago is laid out with the next frame, and
// may move with it.
inline bool click(QQuickWindow* window, QQuickItem* item) {
  QPoint before(-1, -1);
  for (int frame = 0; frame < 100; ++frame) {
    QSignalSpy frames(window, &QQuickWindow::frameSwapped);
    window->update();
    if (!item || !frames.wait(5000)) return false;
    auto now = middle(item);
    if (now == before && item->isVisible()) {
      QTest::mouseClick(window, Qt::LeftButton, {}, now);
      return true;
    }
    before = now;
  }
  return false;
}

// The list whose rows are of this type.
inline bool focusOn(QQuickWindow* window, const char* type, QQuickItem*& list) {
  auto* row = first(window, type);
  if (!row || !row->parentItem()) return false;
  list = row->parentItem()->parentItem();
  list->forceActiveFocus(Qt::TabFocusReason);
  return list->hasActiveFocus();
}

inline void type(QQuickWindow* window, const char* text) {
  for (; *text; ++text) QTest::keyClick(window, *text);
}

// How many things the Tab key reaches. Each has a name for who cannot see it, and for who can it is seen to have the
// focus.
inline int tabThrough(QQuickWindow& window, int times) {
  QSet<QQuickItem*> seen;
  auto before = window.grabWindow();
  QImage focused;  // The one before, which has been seen to differ.
  for (int i = 0; i < times; ++i) {
    QTest::keyClick(&window, Qt::Key_Tab);
    auto* item = window.activeFocusItem();
    if (!item) return -1;
    bool moved = !seen.contains(item);
    seen.insert(item);
    auto* described = QAccessible::queryAccessibleInterface(item);
    auto box = item->mapRectToScene(item->boundingRect()).toAlignedRect();
    auto after = window.grabWindow();
    auto around = box.adjusted(-5, -5, 5, 5) & after.rect();
    bool named = described && !described->text(QAccessible::Name).isEmpty();
    // Where the page moved by one row, it looks as the one before did in the same place.
    bool shown = !moved || before.copy(around) != after.copy(around) || after.copy(around) == focused;
    if (!named || box.isEmpty() || !shown) {
      qWarning("%s: %s", item->metaObject()->className(),
               !named          ? "has no name"
               : box.isEmpty() ? "has no size"
                               : "does not show that it has the focus");
      return -1;
    }
    before = after;
    focused = after.copy(around);
  }
  return int(seen.size());
}

}  // namespace latchkey::ui
