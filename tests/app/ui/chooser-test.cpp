// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Picking files: what is found, what is taken, what is never given. Real folders, no window.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include "app/ui/app-opener.h"
#include "app/ui/demo/demo-choosers.h"
#include "app/ui/demo/demo-script.h"
#include "app/ui/pick-windows.h"

namespace latchkey::ui {
namespace {

const Off NEVER = [] { return false; };

// A question, its chooser, and a home of its own to pick from.
struct World {
  DemoHome home;
  DemoCatalog catalog{DemoCatalog::some()};
  std::unique_ptr<Question> question;
  std::unique_ptr<FileChooser> chooser;
  Answer answer;
  int answers = 0;

  explicit World(const QString& which) : World(demoRequest(which)) {}
  explicit World(const Request& request) {
    addThings(home);
    begin(request);
  }
  void begin(const Request& request) {
    question = std::make_unique<Question>(request);
    QObject::connect(question.get(), &Question::answered, question.get(), [this](const Answer& given) {
      answer = given;
      ++answers;
    });
    auto world = chooserWorld(home.places());
    world.mounts = {};
    chooser = std::make_unique<FileChooser>(*question, catalog, world, path("Documents"));
  }
  ~World() {
    chooser.reset();
    question.reset();
  }

  QByteArray path(const char* below) const { return home.path(QString::fromUtf8(below)).toLocal8Bit(); }
  bool settled() {
    return QTest::qWaitFor([&] { return !chooser->busy() && chooser->files()->count() > 0; }, 10000);
  }
  QStringList names() const {
    QStringList list;
    for (int row = 0; row < chooser->files()->count(); ++row)
      list << chooser->files()->index(row, 0).data(FolderModel::NameRole).toString();
    return list;
  }
  bool select(const QString& name, int manner = FolderModel::Only) {
    auto row = int(names().indexOf(name));
    if (row >= 0) chooser->files()->select(row, manner);
    return row >= 0;
  }
  bool answered() {
    return QTest::qWaitFor([&] { return answers > 0; }, 10000);
  }
  bool refused() {
    return QTest::qWaitFor([&] { return !chooser->busy() && !chooser->problem().isEmpty(); }, 10000);
  }
};

// The file behind a descriptor.
std::pair<dev_t, ino_t> identity(int fd) {
  struct stat facts{};
  return fstat(fd, &facts) == 0 ? std::pair(facts.st_dev, facts.st_ino) : std::pair<dev_t, ino_t>();
}
std::pair<dev_t, ino_t> identity(const QByteArray& path) {
  struct stat facts{};
  return stat(path.constData(), &facts) == 0 ? std::pair(facts.st_dev, facts.st_ino) : std::pair<dev_t, ino_t>();
}

QByteArrayList namesOf(const QList<FileEntry>& entries) {
  QByteArrayList list;
  for (const auto& entry : entries) list << entry.name;
  return list;
}

}  // namespace

class ChooserTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  // --- what is found ---

  void foldersComeFirstAndNumbersCount() {
    World world("choose");
    QVERIFY(world.settled());
    auto names = world.names();
    QCOMPARE(names.mid(0, 2), QStringList({"Letters", "Taxes"}));
    QVERIFY(names.indexOf("page 2.pdf") < names.indexOf("page 10.pdf"));
    QVERIFY(!names.contains(".draft.txt"));
    world.chooser->setHidden(true);
    QTRY_VERIFY(world.names().contains(".draft.txt"));
  }

  void sortedBySizeAndDate() {
    World world("choose");
    QVERIFY(world.settled());
    world.chooser->sortBy(Arrangement::Size);
    QTRY_COMPARE(world.names().last(), "song.ogg");
    world.chooser->sortBy(Arrangement::Size);
    QVERIFY(world.chooser->descending());
    QTRY_COMPARE(world.names().value(2), "song.ogg");
    world.chooser->sortBy(Arrangement::Date);
    QTRY_COMPARE(world.names().value(2), "budget 2025.ods");
    QVERIFY(world.names().mid(0, 2).contains("Letters") && world.names().mid(0, 2).contains("Taxes"));
  }

  void modelKeepsItsPromises() {
    World world("choose-many");
    QAbstractItemModelTester tester(world.chooser->files(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(world.settled());
    world.chooser->files()->selectAll();
    world.chooser->setFilter(1);
    world.chooser->setSearch("e");
    QTest::qWait(400);
    QVERIFY(world.settled());
  }

  void filtersAreGlobsAndTypes() {
    World world("choose-many");
    QVERIFY(world.settled());
    world.chooser->setFilter(1);  // image/*
    QTRY_COMPARE(world.names(), QStringList({"Letters", "Taxes", "harbour at dusk.jpg"}));
    world.chooser->setFilter(0);  // *.odt *.txt *.pdf
    QTRY_VERIFY(world.names().contains("page 10.pdf"));
    QVERIFY(!world.names().contains("song.ogg"));
  }

  void globs_data() {
    QTest::addColumn<QString>("glob");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("matches");
    QTest::newRow("suffix") << "*.png" << "a.PNG" << true;
    QTest::newRow("not") << "*.png" << "a.png.exe" << false;
    QTest::newRow("one") << "a?c" << "abc" << true;
    QTest::newRow("set") << "*.[jJ][pP]g" << "x.jpg" << true;
    QTest::newRow("range") << "[a-c]x" << "bx" << true;
    QTest::newRow("inverted") << "[!a-c]x" << "bx" << false;
    QTest::newRow("open set") << "[x" << "[x" << true;
    QTest::newRow("lone bracket") << "a[" << "ab" << false;
    QTest::newRow("empty") << "" << "a" << false;
    QTest::newRow("all") << "*" << "" << true;
  }
  void globs() {
    QFETCH(QString, glob);
    QFETCH(QString, name);
    QTEST(matchesGlob(glob, name), "matches");
  }

  void globOfAnAppCannotStallTheWindow() {
    QString glob;
    for (int i = 0; i < 2000; ++i) glob += "*a";
    QVERIFY(!matchesGlob(glob + "b", QString(4000, 'a')));  // Returns at all.
  }

  void searchGoesBelowAndIsBounded() {
    World world("choose");
    QVERIFY(world.settled());
    world.chooser->setSearch("landlord");
    QTRY_COMPARE(world.names().size(), 2);
    QVERIFY(world.names().contains("landlord, second letter.txt"));
    world.chooser->setSearch("");
    QTRY_VERIFY(world.names().contains("Letters"));

    DemoHome home;
    for (int i = 0; i < 2100; ++i) home.write(home.path(QString("many/match %1").arg(i)), {});
    auto found = searchFolder(home.path("many").toLocal8Bit(), "match", false, {}, NEVER);
    QCOMPARE(found.entries.size(), MOST_FOUND);
    QVERIFY(found.more);
    QVERIFY(searchFolder(home.path("many").toLocal8Bit(), "match", false, {}, [] { return true; }).entries.isEmpty());
  }

  void searchDoesNotFollowLinks() {
    DemoHome home;
    home.write(home.path("a/wanted.txt"), "x");
    QVERIFY(symlink(home.path("a").toLocal8Bit(), home.path("a/loop").toLocal8Bit()) == 0);
    auto found = searchFolder(home.path("a").toLocal8Bit(), "wanted", false, {}, NEVER);
    QCOMPARE(namesOf(found.entries), QByteArrayList{"wanted.txt"});
  }

  void tenThousandNames() {
    DemoHome home;
    for (int i = 0; i < 10'000; ++i) home.write(home.path(QString("many/name %1.txt").arg(i)), {});
    auto request = demoRequest("choose");
    request.chooser->folder = home.path("many").toLocal8Bit();
    World world(request);
    QTRY_COMPARE_WITH_TIMEOUT(world.chooser->files()->count(), 10'000, 20'000);
    QCOMPARE(world.names().at(9), "name 9.txt");
    QCOMPARE(world.chooser->files()->find("name 9999", 0), 9999);
    QVERIFY(world.chooser->note().isEmpty());
  }

  void moreThanCanBeListedIsSaid() {
    Listing listing;
    listing.folder = "/x";
    for (qsizetype i = 0; i < MOST_ENTRIES; ++i) {
      listing.entries.emplaceBack();
      listing.entries.last().name = QByteArray::number(i);
    }
    QCOMPARE(arranged(listing, {}, NEVER).size(), MOST_ENTRIES);
    QCOMPARE(arranged(listing, {}, [] { return true; }).size(), 0);
  }

  void changesAreSeenWhileItIsShown() {
    World world("choose");
    QVERIFY(world.settled());
    QVERIFY(world.select("page 2.pdf"));
    world.home.write(world.home.path("Documents/aaa new.txt"), "x");
    QTRY_VERIFY_WITH_TIMEOUT(world.names().contains("aaa new.txt"), 10000);
    // What is selected stays on its file.
    QCOMPARE(world.chooser->pickedName(), "page 2.pdf");
    QFile::remove(world.home.path("Documents/page 2.pdf"));
    QTRY_COMPARE_WITH_TIMEOUT(world.chooser->files()->selectedCount(), 0, 10000);
    QVERIFY(!world.chooser->ready());
  }

  void unreadableFolderSaysSo() {
    World world("choose");
    QVERIFY(world.settled());
    QDir().mkpath(world.home.path("Documents/closed"));
    QVERIFY(chmod(world.path("Documents/closed").constData(), 0) == 0);
    if (access(world.path("Documents/closed").constData(), R_OK) == 0) QSKIP("root may read everything");
    world.chooser->goTo("closed");
    QVERIFY(world.refused());
    QCOMPARE(world.chooser->problem(), "You may not look into this folder.");
    QVERIFY(!world.chooser->ready());
    chmod(world.path("Documents/closed").constData(), 0700);
  }

  void pipesAndDevicesAreNotShown() {
    DemoHome home;
    QVERIFY(mkfifo(home.path("Documents/pipe").toLocal8Bit(), 0600) == 0);
    QVERIFY(symlink("/dev/null", home.path("Documents/null").toLocal8Bit()) == 0);
    QVERIFY(symlink("/nowhere/at/all", home.path("Documents/dangling").toLocal8Bit()) == 0);
    home.write(home.path("Documents/file"), "x");
    auto listing = readFolder(home.path("Documents").toLocal8Bit(), {}, NEVER);
    QCOMPARE(namesOf(listing.entries), QByteArrayList{"file"});
  }

  void ownPlacesAreNeverShown() {
    World world("choose");
    QVERIFY(world.settled());
    auto state = QByteArray::fromStdString(world.home.places().state);
    world.home.write(QString::fromLocal8Bit(state + "/store"), "x");
    auto above = state.left(state.lastIndexOf('/'));
    Fence fence{state};
    QVERIFY(!namesOf(readFolder(above, fence, NEVER).entries).contains("latchkey"));
    QVERIFY(namesOf(readFolder(above, {}, NEVER).entries).contains("latchkey"));
    QCOMPARE(readFolder(state, fence, NEVER).error, EPERM);
    QVERIFY(searchFolder(above, "store", true, fence, NEVER).entries.isEmpty());
    // Nor through a link, nor when typed.
    QVERIFY(symlink(state.constData(), world.path("Documents/link").constData()) == 0);
    QCOMPARE(readFolder(world.path("Documents/link"), fence, NEVER).error, EPERM);
    QVERIFY(!namesOf(readFolder(world.path("Documents"), fence, NEVER).entries).contains("link"));
    QVERIFY(namesOf(readFolder(world.path("Documents"), {}, NEVER).entries).contains("link"));
    world.chooser->goTo(QString::fromLocal8Bit(state));
    QVERIFY(world.refused());
    QVERIFY(!world.chooser->ready());
    QTRY_COMPARE(world.chooser->files()->count(), 0);
    auto taken =
        FileTaking(fence).take({{world.path("Documents/link"), true, identity(state).first, identity(state).second}});
    QVERIFY(taken.chosen.isEmpty() && !taken.problem.isEmpty());
  }

  void recentFilesComeFromTheDesktopsList() {
    QCOMPARE(
        recentPaths("<xbel><bookmark href=\"file:///a/old%20one.txt\" added=\"x\" modified=\"2025-01-01T00:00:00Z\">"
                    "</bookmark><bookmark href=\"file:///b/new&amp;.txt\" modified=\"2026-01-01T00:00:00Z\"/>"
                    "<bookmark href=\"https://example.org\" modified=\"2027\"/><bookmark href=\"file:///c"),
        QList<QByteArray>({"/b/new&.txt", "/a/old one.txt"}));
  }

  void bookmarksAreRead() {
    auto places = bookmarksOf("file:///home/x/My%20things Own name\nfile:///srv/data\nsftp://host/x\n\nrubbish");
    QCOMPARE(places.size(), 2);
    QCOMPARE(places[0].name, "Own name");
    QCOMPARE(places[0].path, "/home/x/My things");
    QCOMPARE(places[1].name, "data");
  }

  // --- where one goes ---

  void typedPathsLeadThere() {
    World world("choose");
    QVERIFY(world.settled());
    world.chooser->goTo("~/Documents/Taxes");
    QTRY_COMPARE(world.names(), QStringList("receipt.pdf"));
    QCOMPARE(world.chooser->crumbs(), QStringList({"Home", "Documents", "Taxes"}));
    world.chooser->goTo("../page 2.pdf");
    QTRY_COMPARE(world.chooser->pickedName(), "page 2.pdf");
    world.chooser->openCrumb(0);
    QTRY_VERIFY(world.names().contains("Documents"));
    world.chooser->back();
    QTRY_VERIFY(world.names().contains("page 2.pdf"));
    world.chooser->goTo("/no/such/place");
    QVERIFY(world.refused());
  }

  void appCannotBeginWhereNobodyMayLook() {
    auto request = demoRequest("choose");
    DemoHome other;
    request.chooser->folder = "/proc/self/nothing";
    World world(request);
    QVERIFY(world.settled());  // Home, for want of a better place.
    QVERIFY(world.names().contains("Documents"));
  }

  // --- what is taken ---

  void pickedFileGoesWithItsDescriptor() {
    World world("choose");
    QVERIFY(world.settled());
    QVERIFY(!world.chooser->ready());
    QVERIFY(world.select("page 2.pdf"));
    world.chooser->accept();
    QVERIFY(world.answered());
    QCOMPARE(world.answer.verdict, Terms::Verdict::Allow);
    QCOMPARE(world.answer.access, Terms::Access::Write);
    QCOMPARE(world.answer.lifetime.lasting, Terms::Lasting::Run);
    QCOMPARE(world.answer.picked.chosen.size(), 1);
    QCOMPARE(world.answer.picked.chosen[0].path, world.path("Documents/page 2.pdf"));
    auto fd = world.answer.picked.chosen[0].object->fd();
    QCOMPARE(identity(fd), identity(world.path("Documents/page 2.pdf")));
    QVERIFY(fcntl(fd, F_GETFL) & O_PATH);
    QVERIFY(fcntl(fd, F_GETFD) & FD_CLOEXEC);
  }

  void whatTookItsPlaceIsNotGiven() {
    World world("choose");
    QVERIFY(world.settled());
    QVERIFY(world.select("page 2.pdf"));
    // Another file at the same name, before the list has noticed.
    auto path = world.home.path("Documents/page 2.pdf");
    world.home.write(path + ".other", "other");
    QVERIFY(::rename((path + ".other").toLocal8Bit(), path.toLocal8Bit()) == 0);
    world.chooser->accept();
    QVERIFY(world.refused());
    QCOMPARE(world.answers, 0);
  }

  void severalAndTheAppsOptions() {
    World world("choose-many");
    QVERIFY(world.settled());
    QVERIFY(world.select("page 2.pdf"));
    QVERIFY(world.select("song.ogg", FolderModel::Toggle));
    world.chooser->setOption(0, 1);
    world.chooser->setOption(1, 0);
    world.chooser->setOption(1, 7);
    world.question->setAccess(int(Terms::Access::Write));
    world.chooser->accept();
    QVERIFY(world.answered());
    QCOMPARE(world.answer.picked.chosen.size(), 2);
    QCOMPARE(world.answer.picked.filter, 2u);
    QCOMPARE(world.answer.picked.choices, QList<OptionValue>({{"encoding", "latin1"}, {"backup", "false"}}));
    QCOMPARE(world.answer.access, Terms::Access::Write);
  }

  void oneIsOne() {
    World world("choose");
    QVERIFY(world.settled());
    QVERIFY(world.select("page 2.pdf"));
    QVERIFY(world.select("song.ogg", FolderModel::Toggle));
    world.chooser->files()->selectAll();
    QCOMPARE(world.chooser->files()->selectedCount(), 1);
  }

  void tooManyAtOnceAreRefused() {
    DemoHome home;
    for (int i = 0; i < 50; ++i) home.write(home.path(QString("many/%1").arg(i)), {});
    auto request = demoRequest("choose-many");
    request.chooser->folder = home.path("many").toLocal8Bit();
    World world(request);
    QVERIFY(world.settled());
    world.chooser->files()->selectAll();
    world.chooser->accept();
    QVERIFY(world.refused());
    QCOMPARE(world.answers, 0);
  }

  void folderItselfCanBePicked() {
    World world("choose-folder");
    QVERIFY(world.settled());
    QCOMPARE(world.names(), QStringList({"Letters", "Taxes"}));
    QVERIFY(world.chooser->ready());
    world.chooser->accept();
    QVERIFY(world.answered());
    QCOMPARE(world.answer.picked.chosen[0].path, world.path("Documents"));

    world.answers = 0;
    World other("choose-folder");
    QVERIFY(other.settled());
    QVERIFY(other.select("Taxes"));
    other.chooser->accept();
    QVERIFY(other.answered());
    QCOMPARE(other.answer.picked.chosen[0].path, other.path("Documents/Taxes"));
  }

  void namesThatAreNoUtf8StayAsTheyAre() {
    World world("choose");
    QVERIFY(world.settled());
    QByteArray name("caf\xe9 \x80.txt");
    int fd = open((world.path("Documents/") + name).constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) QSKIP("this file system wants UTF-8");
    close(fd);
    QTRY_VERIFY_WITH_TIMEOUT(world.names().contains("caf\\xe9 \\x80.txt"), 10000);
    QVERIFY(world.select("caf\\xe9 \\x80.txt"));
    world.chooser->accept();
    QVERIFY(world.answered());
    QCOMPARE(world.answer.picked.chosen[0].path, world.path("Documents/") + name);
    unlink((world.path("Documents/") + name).constData());  // Qt cannot.
  }

  void linkIsGivenAsWhatItLeadsTo() {
    World world("choose");
    QVERIFY(symlink(world.path("Pictures/real.txt").constData(), world.path("Documents/0 link.txt").constData()) == 0);
    world.home.write(world.home.path("Pictures/real.txt"), "x");
    QTRY_VERIFY_WITH_TIMEOUT(world.select("0 link.txt"), 10000);
    auto* files = world.chooser->files();
    auto shown = files->index(files->current(), 0).data(FolderModel::PlaceRole).toString();
    QVERIFY2(shown.endsWith("Pictures/real.txt"), qPrintable(shown));
    world.chooser->accept();
    QVERIFY(world.answered());
    QCOMPARE(world.answer.picked.chosen[0].path, world.path("Pictures/real.txt"));
  }

  void nothingIsTakenWhileInputDoesNotCount() {
    World world("choose");
    QVERIFY(world.settled());
    QVERIFY(world.select("page 2.pdf"));
    world.question->setArmed(false);
    world.chooser->accept();
    world.chooser->openRow(world.chooser->files()->current());
    QTest::qWait(200);
    QCOMPARE(world.answers, 0);
    // "Allow" without anything picked says nothing.
    world.question->setArmed(true);
    world.question->allow();
    QCOMPARE(world.answers, 0);
  }

  // --- saving ---

  void savedNames_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("good");
    QTest::newRow("plain") << "letter.txt" << true;
    QTest::newRow("arabic") << "تقرير.odt" << true;
    QTest::newRow("slash") << "a/b" << false;
    QTest::newRow("dot") << "." << false;
    QTest::newRow("dots") << ".." << false;
    QTest::newRow("longest") << QString(255, 'x') << true;
    QTest::newRow("too long") << QString(256, 'x') << false;
    QTest::newRow("too long in bytes") << QString(128, QChar(0x628)) << false;
    QTest::newRow("line") << "a\nb" << false;
    QTest::newRow("turned around") << QString("a") + QChar(0x202e) + "txt.exe" << false;
    QTest::newRow("nul") << QString("a") + QChar(0) + "b" << false;
  }
  void savedNames() {
    QFETCH(QString, name);
    QFETCH(bool, good);
    QCOMPARE(nameProblem(name).isEmpty(), good);
    World world("save-as");
    QVERIFY(world.settled());
    world.chooser->setName(name);
    QCOMPARE(world.chooser->ready(), good);
  }

  void newFileIsSaved() {
    World world("save-as");
    QVERIFY(world.settled());
    QCOMPARE(world.chooser->name(), "letter.txt");
    world.chooser->setName("");
    QVERIFY(!world.chooser->ready());
    world.chooser->setName("new.txt");
    world.chooser->accept();
    QVERIFY(world.answered());
    QCOMPARE(world.answer.access, Terms::Access::Write);
    QCOMPARE(world.answer.picked.chosen[0].path, world.path("Documents/new.txt"));
    QVERIFY(!world.answer.picked.chosen[0].object);
    QVERIFY(!QFile::exists(world.home.path("Documents/new.txt")));
  }

  void replacingIsAskedFirst() {
    World world("save-as");
    QVERIFY(world.settled());
    world.chooser->setName("page 2.pdf");
    world.chooser->accept();
    QTRY_COMPARE(world.chooser->overwritten(), "page 2.pdf");
    QCOMPARE(world.answers, 0);
    world.chooser->keep();
    QCOMPARE(world.chooser->overwritten(), "");
    world.chooser->overwrite();  // Too late: it was kept.
    QTest::qWait(100);
    QCOMPARE(world.answers, 0);
    world.chooser->accept();
    QTRY_COMPARE(world.chooser->overwritten(), "page 2.pdf");
    world.chooser->overwrite();
    QVERIFY(world.answered());
    QCOMPARE(identity(world.answer.picked.chosen[0].object->fd()), identity(world.path("Documents/page 2.pdf")));
  }

  void anotherFileThanTheOneAskedAboutIsAskedAgain() {
    World world("save-as");
    QVERIFY(world.settled());
    world.chooser->setName("page 2.pdf");
    world.chooser->accept();
    QTRY_VERIFY(!world.chooser->overwritten().isEmpty());
    auto path = world.home.path("Documents/page 2.pdf");
    world.home.write(path + ".other", "other");
    QVERIFY(::rename((path + ".other").toLocal8Bit(), path.toLocal8Bit()) == 0);
    world.chooser->overwrite();
    QTRY_VERIFY(!world.chooser->overwritten().isEmpty());
    QCOMPARE(world.answers, 0);
  }

  void folderOfTheSameNameIsNoFile() {
    World world("save-as");
    QVERIFY(world.settled());
    world.chooser->setName("Taxes");
    world.chooser->accept();
    QVERIFY(world.refused());
    QCOMPARE(world.answers, 0);
  }

  void danglingLinkIsNotSavedThrough() {
    World world("save-as");
    QVERIFY(symlink(world.path("secret.txt").constData(), world.path("Documents/trap.txt").constData()) == 0);
    QVERIFY(world.settled());
    world.chooser->setName("trap.txt");
    world.chooser->accept();
    QVERIFY(world.refused());
    QCOMPARE(world.answers, 0);
  }

  void suggestedNameKeepsItsBytes() {
    auto request = demoRequest("save-as");
    request.chooser->name = "caf\xe9.txt";
    World world(request);
    QVERIFY(world.settled());
    QCOMPARE(world.chooser->name(), "caf\\xe9.txt");
    world.chooser->accept();
    QVERIFY(world.answered());
    QCOMPARE(world.answer.picked.chosen[0].path, world.path("Documents/") + "caf\xe9.txt");
  }

  void suggestedNameLeadsNowhereElse() {
    auto request = demoRequest("save-as");
    request.chooser->name = "../../.bashrc";
    World world(request);
    QVERIFY(world.settled());
    QVERIFY(!world.chooser->ready());
    world.chooser->accept();
    QTest::qWait(100);
    QCOMPARE(world.answers, 0);
  }

  void severalAreSavedBesideWhatIsThere() {
    World world("save-many");
    world.home.write(world.home.path("Documents/page 2.png"), "mine");
    QVERIFY(world.settled());
    world.chooser->accept();
    QVERIFY(world.answered());
    QByteArrayList names;
    for (const auto& thing : world.answer.picked.chosen) {
      QVERIFY(!thing.object);
      names << thing.path.mid(thing.path.lastIndexOf('/') + 1);
    }
    QCOMPARE(names, QByteArrayList({"page 1.png", "page 2 (2).png", "page 3.png"}));
  }

  void namesToBeSavedLeadNowhereElse() {
    auto request = demoRequest("save-many");
    request.chooser->names = {"good.png", "../../.bashrc"};
    World world(request);
    QVERIFY(world.settled());
    world.chooser->accept();
    QVERIFY(world.refused());
    QCOMPARE(world.answers, 0);
  }

  void newFolderIsEntered() {
    World world("save-as");
    QVERIFY(world.settled());
    world.chooser->makeFolder("a/b");
    world.chooser->makeFolder("..");
    world.chooser->makeFolder("Fresh");
    QTRY_COMPARE(world.chooser->crumbs(), QStringList({"Home", "Documents", "Fresh"}));
    QTRY_VERIFY(world.chooser->ready());
    world.chooser->goTo("..");
    QTRY_VERIFY(world.names().contains("Fresh"));
    world.chooser->makeFolder("Fresh");
    QVERIFY(world.refused());
  }

  // --- errands ---

  void deadDiskHoldsUpNobody() {
    // A pipe that nobody writes to stands for a disk that does not answer.
    DemoHome home;
    auto pipe = home.path("dead").toLocal8Bit();
    QVERIFY(mkfifo(pipe.constData(), 0600) == 0);
    QElapsedTimer clock;
    clock.start();
    int told = 0;
    {
      FarErrand errand([pipe, &told](FarErrand::Tie& tie) {
        int fd = open(pipe.constData(), O_RDONLY | O_CLOEXEC);
        tie.tell([&told] { ++told; });
        close(fd);
      });
      QVERIFY(!errand.refused());
      QTest::qWait(50);
    }
    QVERIFY(clock.elapsed() < 10'000);  // Called off without waiting for it.
    int fd = open(pipe.constData(), O_WRONLY | O_CLOEXEC);
    QVERIFY(fd >= 0);
    close(fd);
    QTest::qWait(100);
    QCOMPARE(told, 0);
  }

  void tooManyThatHangAreRefused() {
    DemoHome home;
    auto pipe = home.path("dead").toLocal8Bit();
    QVERIFY(mkfifo(pipe.constData(), 0600) == 0);
    std::vector<FarErrand> errands;
    bool refused = false;
    for (int i = 0; i < 64 && !refused; ++i) {
      errands.emplace_back([pipe](FarErrand::Tie&) {
        int fd = open(pipe.constData(), O_RDONLY | O_CLOEXEC);
        close(fd);
      });
      refused = errands.back().refused();
    }
    QVERIFY(refused);
    int fd = open(pipe.constData(), O_RDWR | O_CLOEXEC);  // Lets all of them go.
    QVERIFY(fd >= 0);
    errands.clear();
    QTRY_VERIFY(!FarErrand([](FarErrand::Tie&) {}).refused());
    close(fd);
  }

  // --- opening with another app ---

  void addressesShowWhoseTheyAre_data() {
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("host");
    QTest::newRow("plain") << "https://example.org/a?b#c" << "example.org";
    QTest::newRow("port") << "http://example.org:8080/" << "example.org";
    QTest::newRow("user") << "https://bank.example@evil.example/" << "evil.example";
    QTest::newRow("at in path") << "https://evil.example/@bank.example" << "evil.example";
    QTest::newRow("query") << "https://evil.example?https://bank.example/" << "evil.example";
    QTest::newRow("backslash") << "https://bank.example\\@evil.example/" << "";
    QTest::newRow("blank") << "https://bank.example @evil.example/" << "";
    QTest::newRow("six") << "http://[::1]:80/x" << "[::1]";
    QTest::newRow("mail") << "mailto:a@example.org" << "";
    QTest::newRow("nothing") << "" << "";
  }
  void addressesShowWhoseTheyAre() {
    QFETCH(QString, address);
    auto parts = addressParts(address);
    QTEST(parts.host, "host");
    QCOMPARE(parts.before + parts.host + parts.after, address);
  }

  void appsThatAreSetForATypeComeFirst() {
    auto set = associationsOf({"[Default Applications]\ntext/plain=org.gnome.TextEditor.desktop;\n"
                               "[Added Associations]\ntext/plain=org.kde.okular.desktop\n",
                               "[Default Applications]\ntext/plain=gone.desktop\n"
                               "[Removed Associations]\ntext/plain=featherpad.desktop;org.kde.okular.desktop\n",
                               "rubbish"},
                              "text/plain");
    QCOMPARE(set.defaults, QStringList({"org.gnome.TextEditor", "gone"}));
    QCOMPARE(set.added, QStringList("org.kde.okular"));
    QCOMPARE(set.removed, QStringList("featherpad"));
    QStringList ids;
    for (const auto& app : appsFor(DemoCatalog::some(), "text/plain", set, "")) ids << app.id;
    QCOMPARE(ids, QStringList({"org.gnome.TextEditor", "org.kde.okular"}));
    ids.clear();
    for (const auto& app : appsFor(DemoCatalog::some(), "text/x-csrc", {}, "featherpad")) ids << app.id;
    QCOMPARE(ids, QStringList("org.gnome.TextEditor"));  // A program's text is a text; the asker is not asked.
  }

  void openerAnswersWithAnApp() {
    Question question(demoRequest("open-link"));
    DemoCatalog catalog(DemoCatalog::some());
    AppOpener opener(question, catalog, {});
    QCOMPARE(opener.host(), "example.org");
    QCOMPARE(opener.apps().size(), 1);
    QVERIFY(!opener.always());
    Answer given;
    connect(&question, &Question::answered, this, [&](const Answer& answer) { given = answer; });
    opener.showAll();
    opener.setCurrent(99);
    opener.setAlways(true);
    opener.accept();
    QCOMPARE(given.picked.app, "chromium");
    QCOMPARE(given.lifetime.lasting, Terms::Lasting::Always);
  }

  // --- rights of the desktop ---

  void rightsAreAskedForInPlainWords_data() {
    QTest::addColumn<QString>("right");
    for (const auto* right : {"notifications", "screenshot", "screencast", "camera", "microphone", "location",
                              "background", "account", "wallpaper", "print", "email", "launchers", "usb",
                              "remote-desktop", "input-capture", "global-shortcuts", "clipboard"})
      QTest::newRow(right) << right;
  }
  void rightsAreAskedForInPlainWords() {
    QFETCH(QString, right);
    Question question(demoRequest("right-" + right));
    QVERIFY(question.wish().startsWith("wants "));
    QVERIFY(!question.thing().isEmpty() && question.thing() != right);
    QVERIFY(question.facts().size() > 20);
    QVERIFY(QFile::exists(":/dev/latchkey/symbols/" + question.symbol() + ".svg"));
    QVERIFY(question.accesses().isEmpty());
    bool steers = right == "screencast" || right == "remote-desktop" || right == "input-capture";
    QCOMPARE(question.lastings().size(), steers ? 2 : 4);
    question.setLasting(int(Terms::Lasting::Always));
    QCOMPARE(question.lasting() == int(Terms::Lasting::Always), !steers);
  }
};

}  // namespace latchkey::ui

QTEST_GUILESS_MAIN(latchkey::ui::ChooserTest)
#include "chooser-test.moc"
