// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Dialogs
import dev.latchkey.model

// Where a repository is, and whose it is. The key is shown as its publisher shows it, to be compared.
Column {
    id: root

    required property Repositories repositories

    spacing: 12

    function enter() {
        (repositories.place.length > 0 && repositories.key.length === 0 ? key : place).forceActiveFocus(Qt.TabFocusReason);
    }

    Column {
        width: parent.width
        spacing: 4

        PlainLabel {
            text: qsTr("Where it is")
            font.weight: Font.DemiBold
        }
        InputField {
            id: place

            width: parent.width
            enabled: !root.repositories.busy
            text: root.repositories.place
            placeholderText: qsTr("https://… or the path of a folder")
            Accessible.name: qsTr("Where it is")
            onTextEdited: root.repositories.place = text
        }
        FieldFault {
            width: parent.width
            text: root.repositories.fault
        }
    }
    Column {
        width: parent.width
        spacing: 4

        PlainLabel {
            text: qsTr("Its key, as its publisher told you")
            font.weight: Font.DemiBold
        }
        Row {
            width: parent.width
            spacing: Theme.unit

            InputField {
                id: key

                width: parent.width - fromFile.width - parent.spacing
                enabled: !root.repositories.busy
                text: root.repositories.key
                placeholderText: qsTr("RW…")
                Accessible.name: qsTr("Its key, as its publisher told you")
                onTextEdited: root.repositories.key = text
            }
            PushButton {
                id: fromFile

                text: qsTr("From a file…")
                enabled: !root.repositories.busy
                onClicked: file.active = true
            }
        }
        FieldFault {
            width: parent.width
            text: root.repositories.keyFault
        }
    }
    Rectangle {
        width: parent.width
        height: shown.implicitHeight + 20
        radius: Theme.half
        color: Theme.raised
        visible: root.repositories.keyShown.length > 0

        Column {
            id: shown

            anchors.left: parent.left
            anchors.right: parent.right
            anchors.margins: 12
            anchors.verticalCenter: parent.verticalCenter
            spacing: 6

            PlainLabel {
                width: parent.width
                text: qsTr("Compare it with what its publisher shows. Who has this key decides what you can install from there:")
                wrapMode: Text.Wrap
            }
            PlainLabel {
                width: parent.width
                text: root.repositories.keyShown
                font.family: "monospace"
                wrapMode: Text.Wrap
                LayoutMirroring.enabled: false
            }
            PlainLabel {
                width: parent.width
                text: qsTr("Key %1").arg(root.repositories.keyId)
                color: Theme.dim
                font.pixelSize: Theme.small
            }
        }
    }
    PlainLabel {
        width: parent.width
        text: root.repositories.busy ? qsTr("Asking it…") : qsTr("Following installs nothing.")
        color: Theme.dim
        wrapMode: Text.Wrap
    }
    Loader {
        id: file

        active: false
        sourceComponent: FileDialog {
            title: qsTr("Open a key")
            fileMode: FileDialog.OpenFile
            onAccepted: root.repositories.takeKey(selectedFile)
            onVisibleChanged: if (!visible)
                file.active = false
            Component.onCompleted: open()
        }
    }
}
