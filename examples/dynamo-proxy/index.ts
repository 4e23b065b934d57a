// In a project of your own: from "aws-callbacks".
import { CommentsDynamoProxy, DynamoProxy } from "../../components";

const comments = new CommentsDynamoProxy("comments", { alarmActions: [] });

const notes = new DynamoProxy("notes", {
  attributes: {
    owner: { type: "string", maxLength: 64 },
    noteId: { type: "string", maxLength: 64 },
    text: { type: "string", maxLength: 5000 },
    stars: { type: "integer", optional: true, minimum: 0, maximum: 5 },
  },
  hashKey: "owner",
  rangeKey: "noteId",
  routes: [
    { operation: "put", method: "PUT", path: "/notes/{owner}/{noteId}", body: ["text", "stars"] },
    { operation: "query", path: "/notes/{owner}", list: "notes" },
  ],
  authorization: { type: "NONE", reason: "Anyone may try this example." },
  expireAfterDays: 30,
  alarmActions: [],
});

export const commentsUrl = comments.url;
export const notesUrl = notes.url;
