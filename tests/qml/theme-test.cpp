// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The colours, light and dark, with any accent a desktop may have: text is told from its ground at 4.5 to 1 and more,
// controls and signs at 3 to 1 and more (WCAG 2.2, AA). Computed here and not by the code that is tested.

#include <QQmlEngine>
#include <QTest>

#include <cmath>

#include "app/ui/look.h"
#include "app/ui/pictures.h"

namespace latchkey::ui {
namespace {

double linear(double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); }

double luminance(const QColor& colour) {
  return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(const QColor& one, const QColor& other) {
  auto a = luminance(one), b = luminance(other);
  return (qMax(a, b) + 0.05) / (qMin(a, b) + 0.05);
}

}  // namespace

class ThemeTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init() {
    Look::shared().setAccent({});
    m_theme = m_engine.singletonInstance<QObject*>("dev.latchkey.ui", "Theme");
    QVERIFY(m_theme);
  }
  void cleanup() { Look::shared().setAccent({}); }

  void theMeasureIsRight() {
    QCOMPARE(qRound(contrast(Qt::black, Qt::white) * 10), 210);
    QCOMPARE(qRound(contrast(QColor("#777777"), Qt::white) * 100), 448);
  }

  void textIsLegible_data() {
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QString>("ink");
    QTest::addColumn<QString>("ground");
    QTest::addColumn<double>("least");
    for (bool dark : {false, true}) {
      auto row = [&](const char* ink, const char* ground, double least) {
        QTest::addRow("%s: %s on %s", dark ? "dark" : "light", ink, ground) << dark << ink << ground << least;
      };
      for (auto ground : {"ground", "surface", "raised", "accentSoft", "quote", "notice", "pressed"})
        row("text", ground, 4.5);
      for (auto ground : {"ground", "surface", "raised", "accentSoft", "quote"}) row("dim", ground, 4.5);
      row("accentInk", "accent", 4.5);
      row("endingInk", "ending", 4.5);
      row("ground", "text", 4.5);  // The line that offers to undo.
      for (auto ground : {"ground", "surface"}) {
        row("control", ground, 3);
        row("ending", ground, 3);
      }
      // Signs, and the ring around what has the focus.
      for (auto ground : {"ground", "surface", "raised", "accentSoft"}) row("accent", ground, 3);
    }
  }
  void textIsLegible() {
    QFETCH(bool, dark);
    QFETCH(QString, ink);
    QFETCH(QString, ground);
    QFETCH(double, least);
    Look::shared().force(dark);
    auto ratio = contrast(colour(ink), colour(ground));
    QVERIFY2(ratio >= least, qPrintable(QString::number(ratio)));
  }

  void anyAccentOfADesktopIsLegible_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
  }
  void anyAccentOfADesktopIsLegible() {
    QFETCH(bool, dark);
    Look::shared().force(dark);
    auto own = colour("accent");
    int taken = 0;
    for (int hue = 0; hue < 360; hue += 15) {
      for (int saturation : {0, 90, 170, 255}) {
        for (int lightness = 0; lightness <= 255; lightness += 15) {
          auto wanted = QColor::fromHsl(hue, saturation, lightness);
          Look::shared().setAccent(wanted);
          auto used = colour("accent");
          QVERIFY(used == wanted || used == own);
          taken += used == wanted;
          auto name = wanted.name().toLatin1();
          QVERIFY2(contrast(used, colour("accentInk")) >= 4.5, name);
          for (auto ground : {"ground", "surface", "raised", "accentSoft"})
            QVERIFY2(contrast(used, colour(ground)) >= 3, name);
        }
      }
    }
    QVERIFY(taken > 200);  // The person's colour is mostly taken.
  }

  void lettersOfAppsWithoutAPictureAreLegible() {
    for (auto name : {"XTerm", "Foot", "Emacs", "Vim", "Zathura", "مفكرة", "Ωμέγα"}) {
      auto image = initials(QString::fromUtf8(name), 64);
      auto ground = image.pixelColor(14, 8);
      QCOMPARE(ground.alpha(), 255);
      QVERIFY2(contrast(ground, Qt::white) >= 4.2, name);
      QCOMPARE(image.pixelColor(0, 0).alpha(), 0);
    }
  }

private:
  QColor colour(const QString& name) const { return m_theme->property(name.toLatin1()).value<QColor>(); }

  QQmlEngine m_engine;
  QObject* m_theme = nullptr;
};

}  // namespace latchkey::ui

QTEST_MAIN(latchkey::ui::ThemeTest)
#include "theme-test.moc"
