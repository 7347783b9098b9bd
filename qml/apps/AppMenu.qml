// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// What else can be done with an app.
PopupMenu {
    id: root

    required property AppsModel apps
    required property Packages packages
    required property string appId
    required property int running
    required property bool confined
    required property list<string> actions
    required property list<string> profiles
    signal pageWanted
    signal profileWanted

    onAboutToShow: {
        earlier.version = packages.previous(appId);
        removal.visible = packages.has(appId);
    }

    MenuEntry {
        text: qsTr("Start")
        onTriggered: root.apps.start(root.appId)
    }
    MenuEntry {
        text: qsTr("Try – decide later")
        onTriggered: root.apps.tryOut(root.appId)
    }
    MenuEntry {
        text: qsTr("Stop")
        visible: root.running > 0
        onTriggered: root.apps.stop(root.appId)
    }
    Instantiator {
        model: root.profiles
        delegate: MenuEntry {
            required property string modelData

            text: qsTr("Start as “%1”").arg(modelData)
            onTriggered: root.apps.start(root.appId, modelData)
        }
        onObjectAdded: (index, object) => root.insertItem(3 + index, object as MenuEntry)
        onObjectRemoved: (index, object) => root.removeItem(object as MenuEntry)
    }
    Instantiator {
        model: root.actions.length / 2
        delegate: MenuEntry {
            required property int index

            text: root.actions[2 * index + 1]
            onTriggered: root.apps.startAction(root.appId, root.actions[2 * index])
        }
        onObjectAdded: (index, object) => root.insertItem(3 + root.profiles.length + index, object as MenuEntry)
        onObjectRemoved: (index, object) => root.removeItem(object as MenuEntry)
    }
    MenuEntry {
        text: qsTr("Start with a new profile…")
        onTriggered: root.profileWanted()
    }
    MenuEntry {
        text: qsTr("Always start with Latchkey")
        checkable: true
        checked: root.confined
        onTriggered: root.apps.setConfined(root.appId, !root.confined)
    }
    MenuEntry {
        text: qsTr("What it may use…")
        onTriggered: root.pageWanted()
    }
    MenuEntry {
        id: earlier

        property string version: ""

        text: qsTr("Go back to version %1").arg(version)
        visible: version.length > 0
        onTriggered: root.packages.rollback(root.appId)
    }
    MenuEntry {
        id: removal

        text: qsTr("Remove…")
        visible: false
        onTriggered: root.packages.beginRemoval(root.appId)
    }
}
