// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Dialogs
import dev.latchkey.model

// What is shared and on what terms, with the sentence that says so. The same where it is shared and where another machine
// has asked for it.
Column {
    id: root

    required property ShareDraft draft
    signal done

    function faultOf(field: int): string {
        return draft.faulty === field ? draft.fault : "";
    }
    function settle() {
        if (what.visible)
            what.settle();
        else
            toThing();
    }
    function toThing() {
        if (draft.what === ShareDraft.OfStart)
            apps.settle();
        else if (draft.what === ShareDraft.OfApp)
            (draft.services.length > 0 ? offered : what).settle();
        else
            (draft.ofFiles ? path : draft.what === ShareDraft.OfComputer ? port : host).forceActiveFocus(Qt.TabFocusReason);
    }
    // What is wrong is where the person is.
    function toFault() {
        const fields = {
            [ShareDraft.TheName]: name,
            [ShareDraft.TheUses]: uses,
            [ShareDraft.TheBytes]: bytes
        };
        if (draft.faulty !== ShareDraft.TheThing)
            fields[draft.faulty]?.forceActiveFocus(Qt.TabFocusReason);
        else
            toThing();
    }

    spacing: 12

    RuleField {
        width: parent.width
        label: qsTr("What")
        visible: !root.draft.passing

        Column {
            width: parent.width
            spacing: 6

            ChoiceList {
                id: what

                width: parent.width
                label: qsTr("What")
                choices: root.draft.whats
                value: root.draft.what
                visible: root.draft.whats.length > 0
                onPicked: value => root.draft.what = value
            }
            Card {
                width: parent.width
                height: Math.min(services.implicitHeight + 16, 170)
                visible: root.draft.what === ShareDraft.OfApp

                FocusFlick {
                    anchors.fill: parent
                    anchors.margins: 8
                    contentHeight: services.implicitHeight
                    clip: true

                    Column {
                        id: services

                        width: parent.width

                        ChoiceList {
                            id: offered

                            width: parent.width
                            label: qsTr("What apps offer")
                            choices: root.draft.services
                            value: root.draft.service
                            visible: root.draft.services.length > 0
                            onPicked: value => root.draft.service = value
                        }
                        PlainLabel {
                            width: parent.width
                            text: root.draft.looking ? qsTr("Looking…") : qsTr("No app that runs offers anything at this moment. Start the app first.")
                            visible: root.draft.services.length === 0
                            color: Theme.dim
                            wrapMode: Text.Wrap
                        }
                    }
                }
            }
            AppPick {
                id: apps

                width: parent.width
                apps: root.draft.apps
                holder: root.draft.app
                filter: root.draft.filter
                visible: root.draft.what === ShareDraft.OfStart
                onFiltered: text => root.draft.filter = text
                onPicked: holder => root.draft.app = holder
            }
            InputField {
                id: port

                width: 140
                placeholderText: qsTr("Port, such as %1").arg("5432")
                text: root.draft.port
                maximumLength: 20
                inputMethodHints: Qt.ImhDigitsOnly
                visible: root.draft.what === ShareDraft.OfComputer
                onTextEdited: root.draft.port = text
                onAccepted: root.done()
            }
            InputField {
                id: host

                width: parent.width
                placeholderText: qsTr("Name and port, such as %1").arg("\u2068db.example.org:5432\u2069")
                text: root.draft.host
                visible: root.draft.what === ShareDraft.OfNetwork
                onTextEdited: root.draft.host = text
                onAccepted: root.done()
            }
            Item {
                width: parent.width
                height: Theme.controlHeight
                visible: root.draft.ofFiles

                InputField {
                    id: path

                    anchors.left: parent.left
                    anchors.right: choose.left
                    anchors.rightMargin: Theme.unit
                    maximumLength: 4000
                    placeholderText: root.draft.what === ShareDraft.OfFile ? qsTr("Where the file is") : qsTr("Where the folder is")
                    text: root.draft.path
                    onTextEdited: root.draft.path = text
                    onAccepted: root.done()
                }
                PushButton {
                    id: choose

                    anchors.right: parent.right
                    text: qsTr("Choose…")
                    onClicked: (root.draft.what === ShareDraft.OfFile ? file : folder).active = true
                }
            }
            FieldFault {
                width: parent.width
                text: root.faultOf(ShareDraft.TheThing)
            }
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("It may")
        visible: root.draft.ofFiles && root.draft.accesses.length > 1

        Segments {
            width: Math.min(parent.width, Math.max(180, implicitWidth))
            label: qsTr("It may")
            choices: root.draft.accesses
            value: root.draft.access
            onPicked: value => root.draft.access = value
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("Called there")
        visible: root.draft.nameable

        Column {
            width: parent.width

            InputField {
                id: name

                width: parent.width
                placeholderText: root.draft.ownName
                Accessible.name: qsTr("What it is called there")
                text: root.draft.name
                onTextEdited: root.draft.name = text
                onAccepted: root.done()
            }
            FieldFault {
                width: parent.width
                text: root.faultOf(ShareDraft.TheName)
            }
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("How long")

        Segments {
            width: parent.width
            label: qsTr("How long")
            choices: root.draft.lastings
            value: root.draft.lasting
            onPicked: value => root.draft.lasting = value
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("At most")

        Column {
            width: parent.width

            Flow {
                width: parent.width
                spacing: Theme.unit

                InputField {
                    id: uses

                    width: 84
                    placeholderText: qsTr("any")
                    Accessible.name: qsTr("How often at most")
                    text: root.draft.uses
                    maximumLength: 20
                    onTextEdited: root.draft.uses = text
                    onAccepted: root.done()
                }
                PlainLabel {
                    height: Theme.controlHeight
                    rightPadding: LayoutMirroring.enabled ? 0 : 12
                    leftPadding: LayoutMirroring.enabled ? 12 : 0
                    verticalAlignment: Text.AlignVCenter
                    text: qsTr("uses", "how often: behind a number")
                    Accessible.ignored: true
                }
                InputField {
                    id: bytes

                    width: 96
                    visible: root.draft.ofBytes
                    placeholderText: qsTr("any")
                    Accessible.name: qsTr("How much data at most, such as 500 MB")
                    text: root.draft.bytes
                    maximumLength: 20
                    onTextEdited: root.draft.bytes = text
                    onAccepted: root.done()
                }
                PlainLabel {
                    height: Theme.controlHeight
                    verticalAlignment: Text.AlignVCenter
                    text: qsTr("of data", "how much: behind a size")
                    visible: root.draft.ofBytes
                    Accessible.ignored: true
                }
            }
            FieldFault {
                width: parent.width
                text: root.faultOf(ShareDraft.TheUses) + root.faultOf(ShareDraft.TheBytes)
            }
        }
    }
    RuleField {
        width: parent.width
        label: ""

        CheckLine {
            width: parent.width
            text: qsTr("It may let other machines use it too")
            checked: root.draft.mayPassOn
            onToggled: root.draft.mayPassOn = checked
        }
    }
    PlainLabel {
        width: parent.width
        text: root.draft.sentence
        visible: text.length > 0
        wrapMode: Text.Wrap
        maximumLineCount: 5
        Accessible.role: Accessible.StaticText
    }
    FieldFault {
        width: parent.width
        font.pixelSize: Theme.body
        text: root.faultOf(ShareDraft.TheWhole)
    }
    Loader {
        id: folder

        active: false
        sourceComponent: FolderDialog {
            title: qsTr("Share a folder")
            onAccepted: root.draft.take(selectedFolder)
            onVisibleChanged: if (!visible)
                folder.active = false
            Component.onCompleted: open()
        }
    }
    Loader {
        id: file

        active: false
        sourceComponent: FileDialog {
            title: qsTr("Share a file")
            fileMode: FileDialog.OpenFile
            onAccepted: root.draft.take(selectedFile)
            onVisibleChanged: if (!visible)
                file.active = false
            Component.onCompleted: open()
        }
    }
}
