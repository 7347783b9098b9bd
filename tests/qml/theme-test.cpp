// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The colours, light and dark, with any accent a desktop may have: text is told from its ground at 4.5 to 1 and more,
// controls and signs at 3 to 1 and more (WCAG 2.2, AA). Computed here and not by the code that is tested.

#include <QQmlEngine>
#include <QTest>
#include <QVector3D>

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

// What somebody sees who lacks one kind of cone: Machado, Oliveira, Fernandes 2009, full strength, on linear light.
struct Eyes {
  const char* name;
  double matrix[3][3];
};
const Eyes ALL_EYES[] = {
    {"all colours", {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
    {"no red cones",
     {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
    {"no green cones",
     {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
    {"no blue cones",
     {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
};

// CIE L*a*b*, in which equal distances look about equal.
QVector3D seen(const QColor& colour, const Eyes& eyes) {
  double in[3] = {linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())};
  double out[3];
  for (int i = 0; i < 3; ++i) {
    out[i] = 0;
    for (int j = 0; j < 3; ++j) out[i] += eyes.matrix[i][j] * in[j];
    out[i] = qBound(0.0, out[i], 1.0);
  }
  auto root = [](double part) { return part > 0.008856 ? std::cbrt(part) : 7.787 * part + 16.0 / 116; };
  auto x = root((0.4124 * out[0] + 0.3576 * out[1] + 0.1805 * out[2]) / 0.9505);
  auto y = root(0.2126 * out[0] + 0.7152 * out[1] + 0.0722 * out[2]);
  auto z = root((0.0193 * out[0] + 0.1192 * out[1] + 0.9505 * out[2]) / 1.089);
  return QVector3D(float(116 * y - 16), float(500 * (x - y)), float(200 * (y - z)));
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

  void stripesOfMachinesAreToldFromTheirGround_data() { anyAccentOfADesktopIsLegible_data(); }
  void stripesOfMachinesAreToldFromTheirGround() {
    QFETCH(bool, dark);
    Look::shared().force(dark);
    auto stripes = m_theme->property("stripes").value<QList<QColor>>();
    QCOMPARE(stripes.size(), 8);
    for (const auto& stripe : stripes) {
      auto name = stripe.name().toLatin1();
      for (auto ground : {"ground", "surface", "raised", "accentSoft", "notice"})
        QVERIFY2(contrast(stripe, colour(ground)) >= 3, name + " on " + ground);
      QColor ink;
      QVERIFY(QMetaObject::invokeMethod(m_theme, "inkOn", Q_RETURN_ARG(QColor, ink), Q_ARG(QColor, stripe)));
      QVERIFY2(contrast(stripe, ink) >= 4.5, name);
    }
  }

  // 10 is plain when two lie side by side; they do not.
  void stripesOfMachinesDifferForEverybody_data() { anyAccentOfADesktopIsLegible_data(); }
  void stripesOfMachinesDifferForEverybody() {
    QFETCH(bool, dark);
    Look::shared().force(dark);
    auto stripes = m_theme->property("stripes").value<QList<QColor>>();
    for (const auto& eyes : ALL_EYES) {
      for (qsizetype i = 0; i < stripes.size(); ++i) {
        for (qsizetype j = 0; j < i; ++j) {
          auto distance = seen(stripes[i], eyes).distanceToPoint(seen(stripes[j], eyes));
          QVERIFY2(
              distance >= 16,
              qPrintable(
                  QString("%1 and %2, %3: %4").arg(stripes[i].name(), stripes[j].name(), eyes.name).arg(distance)));
        }
      }
    }
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
