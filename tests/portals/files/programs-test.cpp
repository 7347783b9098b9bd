// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Real programs, unmodified, in a real sandbox: editors that save one granted file, and whoever works in a granted
// folder. Nobody is asked anything, and afterwards the folder holds what it would hold without Latchkey.

#include <QTest>

#include <filesystem>
#include <fstream>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {

// A shell script, in the app's own home, with $D for the folder; what it said goes to the test's output if it fails.
int runScript(World& world, Sandbox& box, const std::string& script) {
  auto place = world.privateHome + "/script";
  std::ofstream(place, std::ios::trunc) << "set -e\nexport LC_ALL=C.UTF-8 D=" << world.path("Documents/p") << "\ncd ~\n"
                                        << script << "\n";
  auto status = box.number("exec sh%20~/script%20>~/said%202>&1", 240);
  if (status != 0) {
    std::ifstream said(world.privateHome + "/said");
    for (std::string line; std::getline(said, line);) qWarning("%s", line.c_str());
  }
  return static_cast<int>(status);
}

bool has(const std::string& program) { return fs::exists("/usr/bin/" + program); }

}  // namespace

class ProgramsTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void editorsSaveOneGrantedFile_data();
  void editorsSaveOneGrantedFile();
  void editorsSaveOneFileAtTheTopOfTheHome_data() { editorsSaveOneGrantedFile_data(); }
  void editorsSaveOneFileAtTheTopOfTheHome();
  void programsWorkInAGrantedFolder_data();
  void programsWorkInAGrantedFolder();
  void movingAcrossGrants();
};

void ProgramsTest::editorsSaveOneGrantedFile_data() {
  QTest::addColumn<QString>("program");
  QTest::addColumn<QString>("script");
  QTest::newRow("sed -i") << "sed" << "sed -i s/old/new/ $F";
  QTest::newRow("vim, as it comes") << "vim.tiny" << "vim.tiny -u NONE -es -c %s/old/new/ -c wq $F";
  QTest::newRow("vim, backup aside")
      << "vim.tiny"
      << "vim.tiny -u NONE -es -c 'set backupcopy=no writebackup backup' -c %s/old/new/ -c wq $F";
  QTest::newRow("vim, swap and undo")
      << "vim.tiny" << "vim.tiny -u NONE -es -c 'set swapfile undofile directory=. undodir=.' -c %s/old/new/ -c wq $F";
  // Version control of the folder around is not ours here: emacs looks for it by names beside the file.
  auto emacs = [](const char* settings) {
    return QString(
               R"sh(emacs -Q --batch --eval "(progn (setq vc-handled-backends nil temporary-file-directory \"/none/\" %1) (find-file \"$F\")
      (search-forward \"old\") (replace-match \"new\") (save-buffer))")sh")
        .arg(settings);
  };
  QTest::newRow("emacs") << "emacs" << emacs("");
  QTest::newRow("emacs, by rename") << "emacs" << emacs("file-precious-flag t");
  QTest::newRow("GLib") << "gio" << "echo new text | gio save --backup $F";
  QTest::newRow("GLib, with etag") << "gio" << "echo new text | gio save $F";
  QTest::newRow("rsync")
      << "rsync" << "echo new text > /tmp/n; rsync -I --inplace /tmp/n $F; echo old text > $F; rsync -I /tmp/n $F";
  QTest::newRow("shell") << "sh" << "echo new text > $F";
  QTest::newRow("cp") << "cp" << "echo new text > /tmp/n; cp /tmp/n $F";
  QTest::newRow("install") << "install" << "echo new text > /tmp/n; install -m644 /tmp/n $F";
}

void ProgramsTest::editorsSaveOneGrantedFile() {
  QFETCH(QString, program);
  QFETCH(QString, script);
  if (!has(program.toStdString())) QSKIP(qPrintable(program + " is not installed"));
  World world;
  world.write("Documents/p/a.txt", "old text\n");
  world.write("Documents/p/b.txt", "the person's");
  auto box = world.sandbox();
  box->give(world.path("Documents/p/a.txt"), {.access = Access::WRITE});
  for (int round = 0; round < 2; ++round) {
    world.write("Documents/p/a.txt", "old text\n");
    if (round > 0) world.pass(1100);  // What changes on the host is seen within a second.
    QCOMPARE(runScript(world, *box, "F=" + world.path("Documents/p/a.txt") + "\n" + script.toStdString()), 0);
    QCOMPARE(world.read("Documents/p/a.txt"), "new text\n");
    for (auto& asked : box->asked) qWarning("asked about %s", asked.path.c_str());
    QCOMPARE(box->asked.size(), 0u);
  }
  box->killApp();
  QVERIFY(world.until([&] { return world.list("Documents/p") == std::set<std::string>{"a.txt", "b.txt"}; }));
  QCOMPARE(world.read("Documents/p/a.txt"), "new text\n");
}

void ProgramsTest::editorsSaveOneFileAtTheTopOfTheHome() {
  QFETCH(QString, program);
  QFETCH(QString, script);
  if (!has(program.toStdString())) QSKIP(qPrintable(program + " is not installed"));
  World world;
  world.write("a.txt", "old text\n");
  auto box = world.sandbox();
  box->give(world.path("a.txt"), {.access = Access::WRITE});
  QCOMPARE(runScript(world, *box, "F=" + world.path("a.txt") + "\n" + script.toStdString()), 0);
  QCOMPARE(world.read("a.txt"), "new text\n");
  QCOMPARE(box->asked.size(), 0u);
  box->killApp();
  QVERIFY(world.until([&] { return world.list("") == std::set<std::string>{"Documents", "Downloads", "a.txt"}; }));
}

void ProgramsTest::programsWorkInAGrantedFolder_data() {
  QTest::addColumn<QString>("program");
  QTest::addColumn<QString>("script");
  QTest::newRow("git") << "git" << R"sh(
    export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
    mkdir $D/one; cd $D/one; git init -q; mkdir -p sub/deep
    for i in $(seq 150); do echo $i > sub/deep/f$i; done
    git add .; git commit -qm one; cd ..
    git clone -q one two; git clone -q --no-hardlinks one three
    cd two; echo more >> sub/deep/f1; git mv sub/deep/f2 sub/f2; git commit -qam two; git branch side; git checkout -q side
    git rm -q sub/deep/f3; git commit -qm three; git checkout -q master 2>/dev/null || git checkout -q main; git merge -q side
    git gc -q --aggressive --prune=now; git fsck --full --strict; git worktree add -q ../four; cd ../four; git status --porcelain
    test -z "$(git status --porcelain)"; git stash list; cd ../three; git pull -q ../two; git fsck --full)sh";
  QTest::newRow("make and a C++ build") << "clang++-19" << R"sh(
    cd $D; mkdir src
    printf 'int f();
#include <cstdio>
int main() { printf("%%d\\n", f()); }
' > src/main.cpp
    printf 'int f() { return 42; }
' > src/f.cpp
    printf 'all: prog
prog: main.o f.o
	clang++-19 -o $@ $^
%%.o: src/%%.cpp
	clang++-19 -g -c -o $@ $<
clean:
	rm -f *.o prog
' > Makefile
    make -j2; test "$(./prog)" = 42; make | grep -q 'Nothing to be done'
    sleep 0.01; printf 'int f() { return 43; }
' > src/f.cpp; make; test "$(./prog)" = 43; make clean; test ! -e prog)sh";
  QTest::newRow("cargo") << "cargo" << R"sh(
    cd $D; cargo init -q --vcs none --name made .; cargo build -q --offline; test "$(./target/debug/made)" = 'Hello, world!'
    echo 'fn main() { println!("again"); }' > src/main.rs; cargo build -q --offline; test "$(./target/debug/made)" = again
    cargo clean -q; test ! -e target/debug)sh";
  QTest::newRow("cp -a, tar, rsync") << "rsync" << R"sh(
    mkdir $D/t; cd $D/t; mkdir -p d/e; echo a > d/e/f; chmod 751 d/e/f; ln d/e/f d/g; ln -s e/f d/h; ln -s /nowhere d/i
    touch -d 2001-02-03T04:05:06.123456789 d/e/f; truncate -s 10M d/sparse; echo x | dd of=d/sparse bs=1 seek=5000000 conv=notrunc 2>/dev/null
    touch -hd 2002-02-02 d/h; printf y > "$(printf 'd/ÿname')"; mkdir d/empty; touch -d 1999-09-09 d/e d/empty
    cp -a d c; tar --xattrs -cSf a.tar d; mkdir x; tar --xattrs -xf a.tar -C x; rsync -aHSX d/ r
    for k in c x/d r; do
      test $k/e/f -ef $k/g; test "$(readlink $k/h)" = e/f; test "$(stat -c %a $k/e/f)" = 751
      test "$(stat -c %y $k/e/f)" = "$(stat -c %y d/e/f)"; test "$(stat -c %y $k/empty)" = "$(stat -c %y d/empty)"
      cmp d/sparse $k/sparse; test "$(stat -c %b $k/sparse)" -lt 200; diff -r --no-dereference d $k
    done
    rm -rf d c x r a.tar; test -z "$(ls -A)")sh";
  QTest::newRow("LibreOffice") << "soffice" << R"sh(
    cd $D; echo 'hello there' > a.txt; soffice --headless --convert-to odt a.txt; test -s a.odt
    rm a.txt; soffice --headless --convert-to txt:Text a.odt; grep -q 'hello there' a.txt
    echo again > b.txt; soffice --headless --convert-to odt b.txt; mv b.odt a.odt
    soffice --headless --convert-to txt:Text a.odt; grep -q again a.txt; test "$(ls -A | grep -c lock)" = 0)sh";
  QTest::newRow("vim and emacs") << "emacs" << R"sh(
    cd $D; echo old > v; vim.tiny -u NONE -es -c %s/old/new/ -c wq v; grep -q new v
    echo old > e; emacs -Q --batch e --eval '(progn (setq temporary-file-directory "/none/") (search-forward "old") (replace-match "new") (save-buffer))'
    grep -q new e; test ! -L .#e)sh";
  QTest::newRow("deep trees and long names") << "sh" << R"sh(
    cd $D; n=$(printf 'n%.0s' $(seq 255)); echo long > $n; test "$(cat $n)" = long; mv $n m; if touch ${n}n 2>/dev/null; then exit 9; fi
    i=0; while [ $i -lt 60 ]; do mkdir ddddddddddddddddd$i; cd ddddddddddddddddd$i; i=$((i+1)); done
    echo deep > f; test "$(pwd -P)" = "$(pwd)"; cd $D; test $(find . | wc -l) -eq 63; rm -r ddddddddddddddddd0)sh";
  QTest::newRow("fio, verified") << "fio" << R"sh(
    cd $D; for e in psync mmap pvsync2; do
      fio --name=$e --ioengine=$e --rw=randrw --bs=512-16k --size=6M --verify=crc32c --do_verify=1 --verify_fatal=1 --filename=f.$e --randrepeat=1 --minimal >/dev/null
    done
    fio --name=direct --ioengine=psync --direct=1 --rw=randwrite --bs=4k --size=4M --verify=crc32c --do_verify=1 --verify_fatal=1 --filename=f.direct --minimal >/dev/null)sh";
  // Several at a time: each works on files of its own, and waits more than it works.
  QTest::newRow("stress-ng") << "stress-ng" << R"sh(
    cd $D; stress-ng --help >~/stressors
    for s in hdd dentry dir rename link symlink fallocate chmod fstat utime access open-file seek fiemap xattr flock lockf lockofd inotify chdir getdent dup file-ioctl; do
      if grep -q -- "--$s N" ~/stressors; then echo $s; fi
    done | xargs -P 4 -I{} sh -c '
      stress-ng --{} 1 --{}-ops 40 --timeout 8 --temp-path $D --hdd-bytes 4m --fallocate-bytes 4m --quiet || {
        r=$?; [ $r = 4 ] || [ $r = 3 ] || { echo {} $r; exit 1; }; }'
    ls -A)sh";
}

void ProgramsTest::programsWorkInAGrantedFolder() {
  QFETCH(QString, program);
  QFETCH(QString, script);
  if (!has(program.toStdString())) QSKIP(qPrintable(program + " is not installed"));
  World world;
  fs::create_directories(world.path("Documents/p"));
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE});
  QCOMPARE(runScript(world, *box, script.toStdString()), 0);
  // Some look for their project's settings in the folders above, which is their right to ask.
  for (auto& asked : box->asked) QVERIFY2(!asked.path.starts_with(world.path("Documents/p/")), asked.path.c_str());
}

void ProgramsTest::movingAcrossGrants() {
  World world;
  world.write("Documents/p/one/a.txt", "aaa");
  fs::create_directories(world.path("Documents/p/two"));
  auto box = world.sandbox();
  for (auto* folder : {"Documents/p/one", "Documents/p/two"}) {
    box->give(world.path(folder), {.access = Access::WRITE, .scope = Scope::TREE});
  }
  QCOMPARE(runScript(world, *box, R"sh(
    mkdir $D/one/sub; echo b > $D/one/sub/b; mv $D/one/a.txt $D/two/; mv $D/one/sub $D/two/; test "$(cat $D/two/sub/b)" = b
    if ln $D/two/a.txt $D/one/l 2>/dev/null; then exit 9; fi)sh"),
           0);
  QCOMPARE(world.list("Documents/p/two"), (std::set<std::string>{"a.txt", "sub"}));
  QCOMPARE(world.list("Documents/p/one"), std::set<std::string>{});
  QCOMPARE(world.read("Documents/p/two/a.txt"), "aaa");
  QCOMPARE(box->asked.size(), 0u);
}

QTEST_GUILESS_MAIN(ProgramsTest)
#include "programs-test.moc"
