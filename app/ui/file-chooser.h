// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A person picks files for an app: where they look, what they find, what they take.
//
// Nothing here waits for a disk: all of it is done by errands (far-errand.h), and while one is under way the window
// lives on. The app said what it would like - a place to begin, names, filters, options of its own -; none of it is
// believed, and none of it opens anything. What was picked goes to the question, which sends it once, when it is armed.

#include <qqmlregistration.h>
#include <QQmlEngine>
#include <QTimer>
#include <QUrl>

#include <atomic>
#include <memory>

#include "app/ui/catalog.h"
#include "app/ui/chooser-places.h"
#include "app/ui/far-errand.h"
#include "app/ui/file-taking.h"
#include "app/ui/folder-model.h"
#include "app/ui/question.h"

namespace latchkey::ui {

// The person's home, and what of it is never shown.
struct ChooserWorld {
  QByteArray home;
  Fence fence;
  QByteArray recent;  // The desktop's list of files used lately.
  QList<QByteArray> mounts;
};

// One of the app's own options.
class AppOption {
  Q_GADGET
  QML_VALUE_TYPE(appOption)
  Q_PROPERTY(QString label MEMBER label)
  Q_PROPERTY(QStringList entries MEMBER entries)  // Empty: a check box.
  Q_PROPERTY(int selected MEMBER selected)        // Of a check box: 0 or 1.

public:
  QString label;
  QStringList entries;
  int selected = 0;
  bool operator==(const AppOption&) const = default;
};

class FileChooser final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for each question")
  Q_PROPERTY(latchkey::ui::FolderModel* files READ files CONSTANT)
  Q_PROPERTY(QString task READ task CONSTANT)
  Q_PROPERTY(QString title READ title CONSTANT)  // The app's words.
  Q_PROPERTY(bool saves READ saves CONSTANT)
  Q_PROPERTY(bool naming READ naming CONSTANT)  // There is a name to be given.
  Q_PROPERTY(bool folders READ folders CONSTANT)
  Q_PROPERTY(bool several READ several CONSTANT)
  Q_PROPERTY(QStringList names READ names CONSTANT)  // Of files to be saved together.
  Q_PROPERTY(QString verb READ verb NOTIFY readyChanged)
  Q_PROPERTY(bool ready READ ready NOTIFY readyChanged)

  Q_PROPERTY(QList<latchkey::ui::ChooserPlace> places READ places NOTIFY placesChanged)
  Q_PROPERTY(int place READ place NOTIFY folderChanged)
  Q_PROPERTY(QStringList crumbs READ crumbs NOTIFY folderChanged)
  Q_PROPERTY(QString folder READ folder NOTIFY folderChanged)
  Q_PROPERTY(bool busy READ busy NOTIFY stateChanged)
  Q_PROPERTY(QString problem READ problem NOTIFY stateChanged)
  // A line below the list: there is more than is shown.
  Q_PROPERTY(QString note READ note NOTIFY stateChanged)

  Q_PROPERTY(bool hidden READ hidden WRITE setHidden NOTIFY orderChanged)
  Q_PROPERTY(int column READ column NOTIFY orderChanged)
  Q_PROPERTY(bool descending READ descending NOTIFY orderChanged)
  Q_PROPERTY(QStringList filters READ filters CONSTANT)
  Q_PROPERTY(int filter READ filter WRITE setFilter NOTIFY orderChanged)
  Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged)
  Q_PROPERTY(QList<latchkey::ui::AppOption> options READ options NOTIFY optionsChanged)

  Q_PROPERTY(QString name READ name WRITE setName NOTIFY nameChanged)
  Q_PROPERTY(QString nameTrouble READ nameTrouble NOTIFY nameChanged)
  Q_PROPERTY(QString overwritten READ overwritten NOTIFY overwrittenChanged)

  Q_PROPERTY(QString pickedName READ pickedName NOTIFY pickedChanged)
  Q_PROPERTY(QString pickedFacts READ pickedFacts NOTIFY pickedChanged)
  Q_PROPERTY(QUrl picture READ picture NOTIFY pickedChanged)
  Q_PROPERTY(QStringList lines READ lines NOTIFY linesChanged)

public:
  FileChooser(Question& question, Catalog& catalog, ChooserWorld world, QByteArray lastFolder,
              QObject* parent = nullptr);
  ~FileChooser() override;

  FolderModel* files() { return &m_files; }
  QString task() const;
  QString title() const { return m_wish.title; }
  bool saves() const { return m_wish.saves(); }
  bool naming() const { return m_wish.purpose == ChooserWish::Purpose::SaveFile; }
  bool folders() const { return m_wish.folders(); }
  bool several() const { return m_wish.several(); }
  QStringList names() const;
  QString verb() const;
  bool ready() const;

  QList<ChooserPlace> places() const { return m_places; }
  int place() const;
  QStringList crumbs() const;
  QString folder() const;
  const QByteArray& path() const { return m_folder; }
  bool busy() const { return m_busy; }
  QString problem() const { return m_problem; }
  QString note() const;

  bool hidden() const { return m_how.hidden; }
  void setHidden(bool hidden);
  int column() const { return m_how.column; }
  bool descending() const { return m_how.descending; }
  QStringList filters() const;
  int filter() const { return m_filter; }
  void setFilter(int filter);
  QString search() const { return m_search; }
  void setSearch(const QString& words);
  QList<AppOption> options() const { return m_options; }

  QString name() const { return m_name; }
  void setName(const QString& name);
  QString nameTrouble() const { return nameProblem(m_name); }
  QString overwritten() const;

  QString pickedName() const;
  QString pickedFacts() const;
  QUrl picture() const;
  QStringList lines() const { return m_lines; }

  Q_INVOKABLE void openPlace(int index);
  Q_INVOKABLE void openCrumb(int index);
  Q_INVOKABLE void up();
  Q_INVOKABLE void back();
  // A path as a person types it: "~", "/", or from here.
  Q_INVOKABLE void goTo(const QString& typed);
  // A row was opened: a folder is entered, a file is taken.
  Q_INVOKABLE void openRow(int row);
  Q_INVOKABLE void sortBy(int column);
  Q_INVOKABLE void setOption(int option, int value);
  Q_INVOKABLE QString folderNameProblem(const QString& name) const { return nameProblem(name); }
  Q_INVOKABLE void makeFolder(const QString& name);
  // Takes what is selected, or named. "Replace it?" is asked before: then `overwritten` has a name.
  Q_INVOKABLE void accept();
  Q_INVOKABLE void overwrite();
  Q_INVOKABLE void keep();

Q_SIGNALS:
  void readyChanged();
  void placesChanged();
  void folderChanged();
  void stateChanged();
  void orderChanged();
  void searchChanged();
  void optionsChanged();
  void nameChanged();
  void overwrittenChanged();
  void pickedChanged();
  void linesChanged();
  // Something was picked here.
  void pickedIn(const QByteArray& folder);

private:
  void go(const QByteArray& path, const QByteArray& select = {});
  void read(const QByteArray& path);
  void take(const std::shared_ptr<const Listing>& listing, bool whole);
  void arrange();
  void shown(const QList<FileEntry>& rows);
  void lookFor();
  void begin();
  void end(const QString& problem);
  void selectionChanged();
  void finish(const Taken& taken);
  void send(std::function<Taken(const FileTaking&)> work);
  QByteArray nameBytes() const;
  QByteArray folderToUse() const;
  const FileEntry* picked() const;

  Question& m_question;
  Catalog& m_catalog;
  ChooserWorld m_world;
  ChooserWish m_wish;
  FolderModel m_files{this};
  QList<ChooserPlace> m_places;
  QList<AppOption> m_options;
  Arrangement m_how;
  int m_filter = 0;
  QByteArray m_folder;  // Empty: what was used lately.
  QByteArray m_wanted;  // Where we are going.
  QByteArray m_select;  // What is to be selected there.
  QList<QByteArray> m_before;
  std::shared_ptr<const Listing> m_listing;
  QString m_search;
  QString m_name;
  QString m_problem;
  QStringList m_lines;
  Taken m_overwriting;
  bool m_busy = false;
  bool m_taking = false;
  QTimer m_slow;
  QTimer m_searching;
  std::shared_ptr<std::atomic<bool>> m_arranging;
  quint64 m_peek = 0;
  FarErrand m_reading;
  FarErrand m_placing;
  FarErrand m_going;
  FarErrand m_sending;
};

}  // namespace latchkey::ui
