// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Dialogs
import dev.latchkey.model

// What else there is to do with rules.
SymbolButton {
    id: root

    required property Desk desk

    symbol: "more"
    label: qsTr("More about rules")
    onClicked: menu.open()
    Accessible.role: Accessible.ButtonMenu

    PopupMenu {
        id: menu

        x: root.mirrored ? 0 : root.width - width
        y: root.height + 4

        MenuEntry {
            text: qsTr("Give access to the network…")
            onTriggered: root.desk.ruleEdit.make("")
        }
        MenuEntry {
            text: qsTr("What you never allow…")
            onTriggered: root.desk.nevers.show()
        }
        MenuEntry {
            text: qsTr("Take over rules from a file…")
            onTriggered: opening.active = true
        }
        MenuEntry {
            text: qsTr("Write all rules to a file…")
            onTriggered: saving.active = true
        }
    }
    // Each is made when it is wanted: the desktop's own dialog takes a while.
    Loader {
        id: opening

        active: false
        sourceComponent: FileDialog {
            title: qsTr("Take over rules from a file")
            fileMode: FileDialog.OpenFile
            nameFilters: [qsTr("Rules (*.toml)"), qsTr("All files (*)")]
            onAccepted: root.desk.exchange.look(selectedFile)
            onVisibleChanged: if (!visible)
                opening.active = false
            Component.onCompleted: open()
        }
    }
    Loader {
        id: saving

        active: false
        sourceComponent: FileDialog {
            title: qsTr("Write all rules to a file")
            fileMode: FileDialog.SaveFile
            defaultSuffix: "toml"
            nameFilters: [qsTr("Rules (*.toml)"), qsTr("All files (*)")]
            onAccepted: root.desk.exchange.save(selectedFile)
            onVisibleChanged: if (!visible)
                saving.active = false
            Component.onCompleted: open()
        }
    }
}
