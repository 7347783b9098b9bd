// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Layouts
import dev.latchkey.model

// Who asks and for what, where to look, what is there, and what an answer means.
FocusScope {
    id: root

    required property Question question
    required property FileChooser chooser
    required property InputGuard guard
    readonly property string notYet: guard.open ? "" : qsTr("Counts in a moment")

    Accessible.role: Accessible.Dialog
    Accessible.name: qsTr("%1 %2", "an app's name, what it wants").arg(question.appName).arg(question.wish)

    Keys.onPressed: event => {
        event.accepted = true;
        const control = event.modifiers & Qt.ControlModifier, alt = event.modifiers & Qt.AltModifier;
        if (event.key === Qt.Key_Escape)
            root.question.dismiss();
        else if (control && event.key === Qt.Key_L)
            path.edit(root.chooser.folder, false);
        else if (control && event.key === Qt.Key_H)
            root.chooser.hidden = !root.chooser.hidden;
        else if (control && event.key === Qt.Key_F)
            search.forceActiveFocus(Qt.ShortcutFocusReason);
        else if (control && (event.modifiers & Qt.ShiftModifier) && event.key === Qt.Key_N)
            newFolder.open();
        else if (alt && event.key === Qt.Key_Up)
            root.chooser.up();
        else if (alt && event.key === Qt.Key_Left)
            root.chooser.back();
        else
            event.accepted = false;
    }

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 20
        spacing: 12

        RowLayout {
            Layout.fillWidth: true
            spacing: 16

            WhoHeader {
                Layout.fillWidth: true
                question: root.question
            }
            QuoteBox {
                Layout.preferredWidth: Math.min(320, root.width * 0.4)
                who: root.question.appName
                words: root.chooser.title
                visible: root.chooser.title.length > 0
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.half

            SymbolButton {
                symbol: "up"
                label: qsTr("Folder above")
                onClicked: root.chooser.up()
            }
            PathBar {
                id: path

                Layout.fillWidth: true
                chooser: root.chooser
                onDone: list.forceActiveFocus()
            }
            InputField {
                id: search

                Layout.preferredWidth: Math.min(200, root.width * 0.24)
                symbol: "search"
                clearable: true
                placeholderText: qsTr("Search here")
                text: root.chooser.search
                onTextEdited: root.chooser.search = text
                Keys.onDownPressed: list.forceActiveFocus()
                Keys.onReturnPressed: list.forceActiveFocus()
                Keys.onEscapePressed: event => {
                    if (text.length === 0)
                        event.accepted = false;
                    root.chooser.search = "";
                    list.forceActiveFocus();
                }
            }
            SymbolButton {
                symbol: root.chooser.hidden ? "check" : "eye"
                label: root.chooser.hidden ? qsTr("Don't show hidden files") : qsTr("Show hidden files")
                Accessible.checkable: true
                Accessible.checked: root.chooser.hidden
                onClicked: root.chooser.hidden = !root.chooser.hidden
            }
            SymbolButton {
                symbol: "folder-new"
                label: qsTr("New folder…")
                onClicked: newFolder.open()
            }
        }
        Card {
            Layout.fillWidth: true
            Layout.fillHeight: true

            RowLayout {
                anchors.fill: parent
                anchors.margins: 1
                spacing: 0

                PlacesList {
                    Layout.fillHeight: true
                    Layout.preferredWidth: root.width < 720 ? 132 : 168
                    chooser: root.chooser
                }
                Rectangle {
                    Layout.fillHeight: true
                    implicitWidth: 1
                    color: Theme.hairline
                }
                FilesList {
                    id: list

                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    focus: !root.chooser.naming
                    chooser: root.chooser
                    onPathTyped: beginning => path.edit(beginning, true)
                }
                Rectangle {
                    Layout.fillHeight: true
                    implicitWidth: 1
                    color: Theme.hairline
                    visible: preview.visible
                }
                PreviewPane {
                    id: preview

                    Layout.fillHeight: true
                    Layout.preferredWidth: 200
                    chooser: root.chooser
                    visible: root.width >= 800
                }
            }
        }
        NameRow {
            Layout.fillWidth: true
            chooser: root.chooser
            focus: root.chooser.naming
            visible: root.chooser.naming || root.chooser.names.length > 0
            onAccepted: root.chooser.accept()
        }
        AppOptions {
            Layout.fillWidth: true
            chooser: root.chooser
            who: root.question.appName
            visible: root.chooser.options.length > 0
        }
        GuardLine {
            Layout.fillWidth: true
            guard: root.guard
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: 24

            AnswerControls {
                Layout.fillWidth: true
                Layout.maximumWidth: 460
                Layout.alignment: Qt.AlignTop
                question: root.question
            }
            ColumnLayout {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignBottom
                spacing: 12

                PickBox {
                    Layout.fillWidth: true
                    Layout.maximumWidth: 320
                    Layout.alignment: Qt.AlignRight
                    label: qsTr("Show", "which kind of files")
                    model: root.chooser.filters
                    currentIndex: root.chooser.filter
                    displayText: qsTr("Show: “%1”").arg(currentText)
                    visible: root.chooser.filters.length > 0
                    onActivated: index => root.chooser.filter = index
                }
                RowLayout {
                    Layout.fillWidth: true
                    spacing: Theme.unit

                    Item {
                        Layout.fillWidth: true
                    }
                    PushButton {
                        text: qsTr("Cancel")
                        Accessible.description: root.notYet
                        onClicked: root.question.dismiss()
                    }
                    PushButton {
                        text: root.chooser.verb
                        manner: PushButton.Primary
                        enabled: root.chooser.ready
                        Accessible.description: root.notYet
                        onClicked: root.chooser.accept()
                    }
                }
            }
        }
    }
    NewFolderSheet {
        id: newFolder

        chooser: root.chooser
    }
    OverwriteSheet {
        chooser: root.chooser
    }
}
